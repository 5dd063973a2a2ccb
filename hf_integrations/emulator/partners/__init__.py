"""The providers behind the router, in their own dialects where these are not OpenAI's."""
