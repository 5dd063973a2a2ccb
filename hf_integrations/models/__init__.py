"""The shapes on the wire: what we send is checked, what we receive is taken as it comes."""
