<?php
/* The course's lectures, read from a table on host db. */

$version = str_contains($_SERVER['REMOTE_ADDR'], ':') ? 6 : 4; // go on as the visitor came
$db = new mysqli("db.ipv$version.lab.test", 'student', 'lab-student', 'course');
$lectures = $db->query('SELECT number, title FROM lectures ORDER BY number');
?>
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Lectures</title>
<h1>The course's lectures</h1>
<table>
<?php foreach ($lectures as $lecture): ?>
<tr><td><?= $lecture['number'] ?></td><td><?= htmlspecialchars($lecture['title']) ?></td></tr>
<?php endforeach ?>
</table>
<p>PHP <?= PHP_MAJOR_VERSION ?> read them for <?= htmlspecialchars($_GET['reader'] ?? 'you') ?> from <?= $db->host_info ?>.</p>
