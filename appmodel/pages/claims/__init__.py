"""The paper's claims, one by one: what is claimed, quoted, measured, and the verdict."""
