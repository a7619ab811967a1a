"""Sentences that several pages say."""

BROKEN = "This model has numbers that are not finite: there is nothing sensible to show here."
OPENING = "Opening the model\N{HORIZONTAL ELLIPSIS}"
STANDARD = (
    "the standard text: 60 documents of the Small World that the bundled model was not trained on"
)
