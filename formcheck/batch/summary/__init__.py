"""The clinic's page over a batch, and one page a person; made of the rows that go into the tables."""
