-- The table that the stack's page shows (scenario xampp), and the account that may read it.
CREATE DATABASE course CHARACTER SET utf8mb4;
CREATE TABLE course.lectures (
    number INT PRIMARY KEY,
    title VARCHAR(60) NOT NULL
);
INSERT INTO course.lectures VALUES
    (4, 'A local web server'),
    (5, 'XAMPP'),
    (6, 'Client and server'),
    (7, 'Client sockets'),
    (8, 'Server sockets');
CREATE USER student IDENTIFIED BY 'lab-student';
GRANT SELECT ON course.* TO student;
