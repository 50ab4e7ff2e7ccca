<?php
// The test's own way into a site, past everything that guards it: one deed a request, as JSON.
require_once getenv('PORTAVOCE_WORDPRESS') . '/wp-load.php';
add_filter('pre_wp_mail', '__return_true');
$asked = json_decode(file_get_contents('php://input'), true);

function portavoce_deed(string $deed, array $with): mixed {
    global $wpdb;
    switch ($deed) {
        case 'user':
            $id = wp_insert_user(['user_login' => $with['name'], 'user_pass' => $with['password'], 'display_name' => $with['shown'],
                'user_email' => $with['name'] . '@example.test', 'role' => $with['role']]);
            [$password, $item] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'test']);
            return ['id' => $id, 'password' => $password];
        case 'revoke':
            return WP_Application_Passwords::delete_all_application_passwords($with['user']);
        case 'post':
            return wp_insert_post(['post_title' => $with['title'], 'post_content' => $with['text'], 'post_status' => 'publish',
                'comment_status' => 'open', 'ping_status' => 'open', 'post_author' => $with['author'], 'post_type' => $with['type']]);
        case 'picture':
            $id = wp_insert_attachment(['post_mime_type' => 'image/png', 'post_title' => 'picture', 'post_status' => 'inherit'],
                $with['file'], $with['post']);
            wp_update_attachment_metadata($id, ['width' => 8, 'height' => 8, 'file' => $with['file'], 'sizes' => []]);
            set_post_thumbnail($with['post'], $id);
            return $id;
        case 'comments':
            $made = [];
            $wpdb->query('BEGIN');
            foreach ($with['comments'] as $one) {
                $made[] = wp_insert_comment($one);
            }
            $wpdb->query('COMMIT');
            return $made;
        case 'status':
            return wp_set_comment_status($with['comment'], $with['status']);
        case 'edit':
            return wp_update_comment(['comment_ID' => $with['comment'], 'comment_content' => $with['text']]);
        case 'delete':
            return wp_delete_comment($with['comment'], true);
        case 'delete post':
            return (bool) wp_delete_post($with['post'], true);
        case 'list':
            return $wpdb->get_results('select * from wp_comments order by comment_ID', ARRAY_A);
        case 'option':
            update_option($with['name'], $with['value']);
            if ($with['name'] === 'permalink_structure') {
                global $wp_rewrite;
                $wp_rewrite->init();
                $wp_rewrite->flush_rules(false);
            }
            return true;
    }
    throw new ValueError("no such deed: $deed");
}

header('Content-Type: application/json');
echo json_encode(['done' => portavoce_deed($asked['deed'], $asked['with'])]);
