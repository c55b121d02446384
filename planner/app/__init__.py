"""The program without a command line: what each command does, from files to files."""
