"""Suites of tests that others can run on integrations of their own; they need pytest.

`hf_integrations.testing.llama_index` judges LlamaIndex's models and stores, for which there is no
official suite; `hf_integrations.testing.platform` the adapters of a platform.
`hf_integrations.testing.emulator` has the emulator as a fixture. In a `conftest.py`,
`pytest.register_assert_rewrite("hf_integrations.testing")` makes failures tell their values.
"""
