"""What is asked: questions, posts and claims taken apart."""
