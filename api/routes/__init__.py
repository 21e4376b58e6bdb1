"""The addresses of the API, one module for each kind of thing; all below ``/v1`` but the three for operators."""
