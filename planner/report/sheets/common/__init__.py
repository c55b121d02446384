"""What several sheets share: parts of pages, and groups of accounts."""
