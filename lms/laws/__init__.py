"""The register of laws: their editions, and the texts that questions rest on."""
