"""Tests of the installed wheel: `cargo xtask test` runs them."""
