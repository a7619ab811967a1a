"""The pages of the Text tab: what becomes of a text on its way into the model."""
