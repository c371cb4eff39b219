"""A repo is a local folder or a Hugging Face Hub repo: find, fetch, list, save atomically, push in one commit."""
