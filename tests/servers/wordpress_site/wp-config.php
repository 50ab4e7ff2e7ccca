<?php
// One code for several sites: the router says which one is meant, and each has a database file of its own.
$site = $GLOBALS['portavoce_site'] ?? getenv('PORTAVOCE_SITE');
$home = rtrim('http://127.0.0.1:' . getenv('PORTAVOCE_PORT') . '/' . $site, '/');
define('DB_NAME', 'wordpress');
define('DB_USER', '');
define('DB_PASSWORD', '');
define('DB_HOST', '');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('DB_DIR', getenv('PORTAVOCE_SITES') . '/' . ($site === '' ? '@root' : $site) . '/');
define('DB_FILE', 'wordpress.sqlite');
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $name) {
    define($name, hash('sha256', $name));
}
$table_prefix = 'wp_';
define('WP_HOME', $home);
define('WP_SITEURL', $home);
// Application passwords without https, and an authorization page that answers to this computer.
define('WP_ENVIRONMENT_TYPE', 'local');
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_DEBUG', false);
if (!defined('ABSPATH')) {
    define('ABSPATH', getenv('PORTAVOCE_WORDPRESS') . '/');
}
require_once ABSPATH . 'wp-settings.php';
