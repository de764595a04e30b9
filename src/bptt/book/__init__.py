"""Present: claims, derivations, exercises, figures, the ledger, and the site they stand on."""
