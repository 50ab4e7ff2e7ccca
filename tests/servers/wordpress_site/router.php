<?php
// The web server's rules: /NAME/… belongs to the site NAME where there is one, everything else to the one at the root.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$first = explode('/', $path)[1];
$site = $first !== '' && is_dir(getenv('PORTAVOCE_SITES') . '/' . $first) ? $first : '';
$GLOBALS['portavoce_site'] = $site;
$base = $site === '' ? '' : "/$site";
$inner = substr($path, strlen($base));
$file = getenv('PORTAVOCE_WORDPRESS') . $inner;
if ($inner === '/portavoce-door') {
    require __DIR__ . '/door.php';
    return;
}
if (is_dir($file) && trim($inner, '/') !== '' && is_file("$file/index.php")) {
    $inner = rtrim($inner, '/') . '/index.php';
    $file = getenv('PORTAVOCE_WORDPRESS') . $inner;
}
if (trim($inner, '/') !== '' && is_file($file) && !str_ends_with($file, '.php')) {
    header('Content-Type: ' . (str_ends_with($file, '.css') ? 'text/css' : 'application/octet-stream'));
    readfile($file);
    return;
}
if (!is_file($file)) {
    $inner = '/index.php';
    $file = getenv('PORTAVOCE_WORDPRESS') . $inner;
}
if ($inner === '/wp-comments-post.php') {
    // All visitors come from this computer; the site would take them for one who is too quick.
    $GLOBALS['wp_filter'] = ['comment_flood_filter' => [99 => [['function' => '__return_false', 'accepted_args' => 1]]]];
}
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $base . $inner;
$_SERVER['SCRIPT_FILENAME'] = $file;
chdir(dirname($file));
require $file;
