-- The data store of the web application (scenario web_app), and the account that may read it.
CREATE DATABASE glossary CHARACTER SET utf8mb4;
CREATE TABLE glossary.words (
    word VARCHAR(40) PRIMARY KEY,
    meaning VARCHAR(200) NOT NULL
);
INSERT INTO glossary.words VALUES
    ('datagram', 'One message, sent by itself: it arrives whole, or not at all.'),
    ('port', 'A number that says which program of a host is meant.'),
    ('socket', 'Where a program is plugged into the network.');
CREATE USER app IDENTIFIED BY 'lab-app';
GRANT SELECT ON glossary.* TO app;
