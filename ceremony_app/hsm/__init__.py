"""The token: a worker process that speaks PKCS#11, and the port that the rest of the house sees."""
