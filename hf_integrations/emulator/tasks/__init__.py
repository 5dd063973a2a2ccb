"""The tasks of hf-inference: what is asked, in one shape, and an answer by rule for each."""
