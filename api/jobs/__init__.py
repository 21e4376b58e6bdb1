"""The queue of work in the jobs table, what workers do with it, and what is swept up behind them."""
