"""Stored files behind one small interface: `api.storage.store`."""
