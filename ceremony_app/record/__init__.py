"""Paper and archive: document values become text and PDF/A, files become a bag; knows no step kinds."""
