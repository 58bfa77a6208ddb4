"""What every page stands on: the request, the transaction, forms, refusals, language."""
