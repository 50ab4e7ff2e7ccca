<?php
// Make the one site from which all others are copied.
$_SERVER += ['HTTP_HOST' => '127.0.0.1', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET', 'REMOTE_ADDR' => '127.0.0.1'];
$GLOBALS['portavoce_site'] = '';
define('WP_INSTALLING', true);
require getenv('PORTAVOCE_WORDPRESS') . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
wp_install('A site for tests', 'admin', 'admin@example.test', true, '', 'not a secret');
wp_delete_comment(1, true);
update_option('comment_moderation', '1');
update_option('comment_previously_approved', '0');
update_option('permalink_structure', '/%postname%/');
global $wp_rewrite;
$wp_rewrite->init();
$wp_rewrite->flush_rules(false);
echo 'installed';
