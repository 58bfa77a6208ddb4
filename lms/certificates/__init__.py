"""What a person may show for it: certificates, frozen at issue, each with a code to check it."""
