"""Real fakes and builders that several tests share."""
