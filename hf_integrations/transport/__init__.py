"""How a request becomes an answer: sending, waiting, decoding."""
