<?php
/* phpMyAdmin in the lab: the server is host db, reached in the IP version that the browser uses. */
$version = str_contains($_SERVER['REMOTE_ADDR'] ?? '', ':') ? 6 : 4;
$cfg['Servers'][1]['host'] = "db.ipv$version.lab.test";
$cfg['Servers'][1]['auth_type'] = 'cookie';

/* There is no way out of the lab. */
$cfg['VersionCheck'] = false;
$cfg['SendErrorReports'] = 'never';
$cfg['PmaNoRelation_DisableWarning'] = true;
