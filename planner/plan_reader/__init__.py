"""What a case says in each period and what its plan did, read without the model: for the certificate and findings."""
