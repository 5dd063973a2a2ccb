"""Clients to measure, each as its documentation says, one module for each; ours are among them.

A module has what its client can do: `chat(url)`, `achat(url)` give a function that makes one call;
`stream(url)`, `astream(url)` one that gives the items of an answer as it comes; `embed(url)` one
that makes vectors of texts. It is loaded in a process, and perhaps an environment, of its own.
"""
