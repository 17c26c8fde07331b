"""gongkai: an open-government platform for a Chinese district."""

__version__ = "0.1.0"
