-- Nothing is new in the inbox file: both files have one version.

PRAGMA user_version = 4;
