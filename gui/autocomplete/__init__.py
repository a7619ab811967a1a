"""The pages of the Autocomplete tab: how likely each next token is, and writing by it."""
