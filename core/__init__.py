"""Glassbox's models, their training and their explanation; no screen needed.

Begin with `language_model`, what one can ask a model; `inference`, how it reads a text; `gpt` and
`training`, how it has learnt; `pixelnet`, the net that is small enough to see every number of it.
All modules by what they are about, in an order in which they can be read:

Everywhere:         errors paths files config labels
A text as tokens:   tokenizer tokenizer_file splits token_origin
The transformer:    inference gpt weights checkpoint trace tracing trace_file language_model
What comes next:    sampling shaping generation writing growing_text branches futures dice
What if:            interventions change_words part_effects patch_effects shifts compare swaps
Attention:          attention_views heads head_scores
Inside a pass:      steps feed_forward neurons lens logit_rows attribution surprise standard_text
Where words lie:    geometry axes tsne nearness analogies words word_classes positions
Why they lie there: token_counts token_contexts small_world_ids training_texts
Words in a text:    journey clues sentences
Counting words:     ngrams counting
The Small World:    corpus
Learning:           training training_data text_file head_loss optimizer run_folder team allocator
Measured:           exams bench race stock
From a shell:       __main__ training_cli
Nine pixels:        pixelnet pixel_lesson pixel_options pixel_gradients pixel_training backprop
                    pixel_edits pixel_symbols pixel_challenges pixel_file picture_map
"""
