-- Views for people and other programs that read the database.

CREATE VIEW customer_overview AS
SELECT
    c.id AS customer_id, c.full_name, c.email, c.phone, c.company_name, c.pipeline, c.status,
    d.label AS status_label, c.owner_id, o.name AS owner_name,
    s.tier, s.status AS subscription_status, k.credit_limit,
    k.granted AS credits_granted, k.reserved AS credits_reserved, k.spent AS credits_spent,
    k.granted - k.reserved - k.spent AS credits_remaining,
    round(100.0 * k.spent / nullif(k.granted, 0), 2) AS credits_spent_percent,
    s.period_start_at, s.period_end_at, s.trial_ends_at,
    c.is_active, c.is_verified, c.onboarding_completed, c.first_submission_completed,
    c.created_at, c.updated_at
FROM customers c
JOIN status_definitions d ON d.pipeline = c.pipeline AND d.status = c.status
LEFT JOIN staff o ON o.id = c.owner_id
LEFT JOIN subscriptions s ON s.customer_id = c.id
LEFT JOIN credit_balances k ON k.customer_id = c.id
WHERE c.deleted_at IS NULL;

CREATE VIEW customer_submission_summary AS
SELECT
    c.id AS customer_id, c.full_name, c.email, c.company_name,
    p.tier, k.credit_limit, k.granted - k.reserved - k.spent AS credits_remaining,
    count(s.pk) AS submission_count,
    count(s.pk) FILTER (WHERE s.status IN ('submitted', 'under_review', 'approved')) AS delivered_count,
    count(s.pk) FILTER (WHERE s.status = 'approved') AS approved_count,
    count(s.pk) FILTER (WHERE s.status = 'rejected') AS rejected_count,
    count(s.pk) FILTER (WHERE s.status IN ('pending', 'submitting')) AS pending_count,
    count(s.pk) FILTER (WHERE s.status = 'failed') AS failed_count,
    round(100.0 * count(s.pk) FILTER (WHERE s.status IN ('submitted', 'under_review', 'approved'))
        / nullif(count(s.pk), 0), 2) AS delivery_percent,
    round(100.0 * count(s.pk) FILTER (WHERE s.status = 'approved')
        / nullif(count(s.pk) FILTER (WHERE s.status IN ('approved', 'rejected')), 0), 2) AS approval_percent,
    coalesce(sum(s.credits_consumed), 0) AS credits_consumed_sum,
    -- a sum of money only for a single currency
    CASE WHEN count(DISTINCT s.currency) = 1 THEN sum(s.cost_minor) END AS cost_minor_sum,
    CASE WHEN count(DISTINCT s.currency) = 1 THEN min(s.currency) END AS currency,
    round(avg(s.quality_score), 2) AS average_quality_score,
    sum(s.approval_microseconds) AS approval_time_sum_microseconds,
    count(s.approval_microseconds) AS approval_time_count,
    round(avg(s.approval_microseconds) / 3600000000.0, 2) AS average_approval_hours,
    count(DISTINCT s.directory_id) AS directory_count,
    max(s.created_at) AS last_submission_at,
    max(s.approved_at) AS last_approval_at
FROM customers c
LEFT JOIN subscriptions p ON p.customer_id = c.id
LEFT JOIN credit_balances k ON k.customer_id = c.id
LEFT JOIN submissions s ON s.customer_id = c.id
WHERE c.deleted_at IS NULL
GROUP BY c.id;

CREATE VIEW directory_performance AS
SELECT
    d.id AS directory_id, d.name, d.website, d.category_id, g.slug AS category, d.domain_rating, d.priority_tier,
    d.is_active, d.expected_approval_days,
    count(s.pk) AS submission_count,
    count(s.pk) FILTER (WHERE s.status IN ('submitted', 'under_review', 'approved')) AS delivered_count,
    count(s.pk) FILTER (WHERE s.status = 'approved') AS approved_count,
    count(s.pk) FILTER (WHERE s.status = 'rejected') AS rejected_count,
    count(s.pk) FILTER (WHERE s.status IN ('submitted', 'under_review')) AS waiting_count,
    count(s.pk) FILTER (WHERE s.status = 'failed') AS failed_count,
    count(s.pk) FILTER (WHERE s.manual_intervention_required = 1) AS manual_intervention_count,
    round(100.0 * count(s.pk) FILTER (WHERE s.status IN ('submitted', 'under_review', 'approved'))
        / nullif(count(s.pk), 0), 2) AS delivery_percent,
    round(100.0 * count(s.pk) FILTER (WHERE s.status = 'approved')
        / nullif(count(s.pk) FILTER (WHERE s.status IN ('approved', 'rejected')), 0), 2) AS approval_percent,
    round(100.0 * count(s.pk) FILTER (WHERE s.manual_intervention_required = 1)
        / nullif(count(s.pk), 0), 2) AS manual_intervention_percent,
    sum(s.approval_microseconds) AS approval_time_sum_microseconds,
    count(s.approval_microseconds) AS approval_time_count,
    round(avg(s.approval_microseconds) / 3600000000.0, 2) AS average_approval_hours,
    round(avg(s.processing_microseconds) / 1000000.0, 2) AS average_processing_seconds,
    round(avg(s.quality_score), 2) AS average_quality_score,
    coalesce(sum(s.credits_consumed), 0) AS credits_consumed_sum,
    CASE WHEN count(DISTINCT s.currency) = 1 THEN sum(s.cost_minor) END AS cost_minor_sum,
    CASE WHEN count(DISTINCT s.currency) = 1 THEN min(s.currency) END AS currency,
    max(s.created_at) AS last_submission_at,
    max(s.approved_at) AS last_approval_at
FROM directories d
JOIN directory_categories g ON g.id = d.category_id
LEFT JOIN submissions s ON s.directory_id = d.id
GROUP BY d.id;

CREATE VIEW submission_overview AS
SELECT
    s.id AS submission_id, s.reference, s.status,
    s.customer_id, c.full_name AS customer_name, c.email AS customer_email, c.company_name, p.tier,
    s.directory_id, d.name AS directory_name, d.domain_rating, d.priority_tier,
    s.submitted_at, s.approved_at, s.closed_at, s.approval_microseconds, s.processing_microseconds,
    CASE WHEN s.status IN ('submitted', 'under_review')
        THEN s.submitted_at + d.expected_approval_days * 86400000000 END AS expected_decision_at,
    s.quality_score, s.automation_method, s.manual_intervention_required, s.credits_consumed,
    s.business_name_submitted, s.created_at, s.updated_at
FROM submissions s
JOIN customers c ON c.id = s.customer_id
JOIN directories d ON d.id = s.directory_id
LEFT JOIN subscriptions p ON p.customer_id = c.id;

CREATE VIEW queue_overview AS
SELECT
    q.id AS queue_item_id, q.queue, q.kind, q.status, q.priority, q.due_at, q.deadline_at,
    CASE q.status WHEN 'completed' THEN 100 ELSE coalesce(g.percent, 0) END AS progress, g.step AS current_step,
    c.id AS customer_id, c.full_name AS customer_name, c.email AS customer_email, c.company_name, p.tier,
    d.id AS directory_id, d.name AS directory_name, d.category_id, q.batch_id, b.name AS batch_name,
    q.claims, q.attempts, r.max_attempts, q.rescues, q.worker, q.lease_expires_at,
    w.method, w.requires_verification, w.verification_status,
    g.estimated_completion_at, q.wait_microseconds,
    CASE WHEN q.status IN ('completed', 'failed') THEN max(0, q.finished_at - q.claimed_at) END
        AS processing_microseconds,
    q.error_code, q.error_message, q.cost,
    (SELECT h.state FROM queue_item_credits l JOIN credit_holds h ON h.id = l.hold_id
        WHERE l.item_id = q.id ORDER BY l.pk DESC LIMIT 1) AS credit_state,
    q.created_at, q.claimed_at, q.finished_at, q.updated_at
FROM queue_items q
LEFT JOIN queue_policies r ON r.pk = q.policy_pk -- null: the default policy
LEFT JOIN queue_progress g ON g.item_pk = q.pk AND g.claim = q.claims
LEFT JOIN customers c ON c.id = q.account
LEFT JOIN subscriptions p ON p.customer_id = c.id
LEFT JOIN directories d ON q.subject_kind = 'directory' AND d.id = q.subject_id
LEFT JOIN submission_work w ON w.queue_item_id = q.id
LEFT JOIN batches b ON b.id = q.batch_id;

CREATE VIEW batch_overview AS
SELECT
    b.id AS batch_id, b.name, b.status, b.priority, c.id AS customer_id, c.full_name AS customer_name, c.company_name,
    b.total_items, b.pending_items, b.running_items, b.waiting_items, b.completed_items, b.failed_items, b.cancelled_items,
    b.completed_items + b.failed_items + b.cancelled_items AS finished_items,
    round(100.0 * (b.completed_items + b.failed_items + b.cancelled_items) / nullif(b.total_items, 0), 2) AS progress_percent,
    round(100.0 * b.completed_items
        / nullif(b.completed_items + b.failed_items + b.cancelled_items, 0), 2) AS success_percent,
    b.processing_microseconds_sum, b.processing_count,
    b.scheduled_at, b.started_at, b.finished_at, b.estimated_completion_at, b.error_message, b.created_at, b.updated_at
FROM batches b
LEFT JOIN customers c ON c.id = b.account;

CREATE VIEW action_center AS
SELECT
    a.id AS action_id, a.kind, a.title, a.description, a.priority, a.status,
    a.finished_at IS NULL AS is_open,
    a.deadline_at, a.scheduled_at, a.estimated_duration_minutes,
    120 - 20 * a.priority AS priority_score_base,
    a.subject_kind, a.subject_id,
    a.customer_id, c.full_name AS customer_name, c.email AS customer_email, c.company_name, p.tier,
    a.directory_id, d.name AS directory_name, a.queue_item_id, a.submission_id, a.batch_id,
    a.assistant_id, v.handle AS assistant_handle, v.name AS assistant_name,
    a.assigned_at, a.started_at, a.finished_at, a.customer_response_required, a.customer_response_deadline_at,
    a.requires_verification, a.verified_by_supervisor, a.created_at, a.updated_at
FROM pending_actions a
LEFT JOIN customers c ON c.id = a.customer_id
LEFT JOIN subscriptions p ON p.customer_id = a.customer_id
LEFT JOIN directories d ON d.id = a.directory_id
LEFT JOIN assistants v ON v.id = a.assistant_id;

CREATE VIEW assistant_workload AS
SELECT
    v.id AS assistant_id, v.handle, v.name, v.is_active, v.is_available, v.time_zone,
    v.active_count, v.max_concurrent_tasks,
    round(100.0 * v.active_count / nullif(v.max_concurrent_tasks, 0), 2) AS workload_percent,
    count(a.pk) FILTER (WHERE a.status = 'assigned') AS assigned_count,
    count(a.pk) FILTER (WHERE a.status = 'in_progress') AS in_progress_count,
    count(a.pk) FILTER (WHERE a.status = 'blocked') AS blocked_count,
    count(a.pk) FILTER (WHERE a.status = 'requires_customer') AS requires_customer_count,
    min(a.deadline_at) AS next_deadline_at,
    v.completed_count, v.failed_count,
    round(100.0 * v.completed_count / nullif(v.completed_count + v.failed_count, 0), 2) AS success_percent,
    round(1.0 * v.quality_sum / nullif(v.quality_count, 0), 2) AS average_quality_score,
    round(v.duration_sum_microseconds / 60000000.0 / nullif(v.duration_count, 0), 2) AS average_duration_minutes,
    v.last_active_at, v.last_assigned_at
FROM assistants v
LEFT JOIN pending_actions a
    ON a.assistant_id = v.id AND a.status IN ('assigned', 'in_progress', 'blocked', 'requires_customer')
GROUP BY v.id;

-- The same for people: ids as the text that programs print, times in ISO 8601 (UTC).

CREATE VIEW v_customer_overview AS
SELECT
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    full_name,
    email,
    phone,
    company_name,
    pipeline,
    status,
    status_label,
    nullif(lower(substr(hex(owner_id), 1, 8) || '-' || substr(hex(owner_id), 9, 4) || '-'
        || substr(hex(owner_id), 13, 4) || '-' || substr(hex(owner_id), 17, 4) || '-' || substr(hex(owner_id), 21)), '----') AS owner_id,
    owner_name,
    tier,
    subscription_status,
    credit_limit,
    credits_granted,
    credits_reserved,
    credits_spent,
    credits_remaining,
    credits_spent_percent,
    strftime('%Y-%m-%dT%H:%M:%fZ', period_start_at / 1000000.0, 'unixepoch') AS period_start_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', period_end_at / 1000000.0, 'unixepoch') AS period_end_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', trial_ends_at / 1000000.0, 'unixepoch') AS trial_ends_at,
    is_active,
    is_verified,
    onboarding_completed,
    first_submission_completed,
    strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000000.0, 'unixepoch') AS created_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000000.0, 'unixepoch') AS updated_at
FROM customer_overview;

CREATE VIEW v_customer_submission_summary AS
SELECT
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    full_name,
    email,
    company_name,
    tier,
    credit_limit,
    credits_remaining,
    submission_count,
    delivered_count,
    approved_count,
    rejected_count,
    pending_count,
    failed_count,
    delivery_percent,
    approval_percent,
    credits_consumed_sum,
    cost_minor_sum,
    currency,
    average_quality_score,
    approval_time_sum_microseconds,
    approval_time_count,
    average_approval_hours,
    directory_count,
    strftime('%Y-%m-%dT%H:%M:%fZ', last_submission_at / 1000000.0, 'unixepoch') AS last_submission_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', last_approval_at / 1000000.0, 'unixepoch') AS last_approval_at
FROM customer_submission_summary;

CREATE VIEW v_directory_performance AS
SELECT
    nullif(lower(substr(hex(directory_id), 1, 8) || '-' || substr(hex(directory_id), 9, 4) || '-'
        || substr(hex(directory_id), 13, 4) || '-' || substr(hex(directory_id), 17, 4) || '-' || substr(hex(directory_id), 21)), '----') AS directory_id,
    name,
    website,
    nullif(lower(substr(hex(category_id), 1, 8) || '-' || substr(hex(category_id), 9, 4) || '-'
        || substr(hex(category_id), 13, 4) || '-' || substr(hex(category_id), 17, 4) || '-' || substr(hex(category_id), 21)), '----') AS category_id,
    category,
    domain_rating,
    priority_tier,
    is_active,
    expected_approval_days,
    submission_count,
    delivered_count,
    approved_count,
    rejected_count,
    waiting_count,
    failed_count,
    manual_intervention_count,
    delivery_percent,
    approval_percent,
    manual_intervention_percent,
    approval_time_sum_microseconds,
    approval_time_count,
    average_approval_hours,
    average_processing_seconds,
    average_quality_score,
    credits_consumed_sum,
    cost_minor_sum,
    currency,
    strftime('%Y-%m-%dT%H:%M:%fZ', last_submission_at / 1000000.0, 'unixepoch') AS last_submission_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', last_approval_at / 1000000.0, 'unixepoch') AS last_approval_at
FROM directory_performance;

CREATE VIEW v_submission_overview AS
SELECT
    nullif(lower(substr(hex(submission_id), 1, 8) || '-' || substr(hex(submission_id), 9, 4) || '-'
        || substr(hex(submission_id), 13, 4) || '-' || substr(hex(submission_id), 17, 4) || '-' || substr(hex(submission_id), 21)), '----') AS submission_id,
    reference,
    status,
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    customer_name,
    customer_email,
    company_name,
    tier,
    nullif(lower(substr(hex(directory_id), 1, 8) || '-' || substr(hex(directory_id), 9, 4) || '-'
        || substr(hex(directory_id), 13, 4) || '-' || substr(hex(directory_id), 17, 4) || '-' || substr(hex(directory_id), 21)), '----') AS directory_id,
    directory_name,
    domain_rating,
    priority_tier,
    strftime('%Y-%m-%dT%H:%M:%fZ', submitted_at / 1000000.0, 'unixepoch') AS submitted_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', approved_at / 1000000.0, 'unixepoch') AS approved_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', closed_at / 1000000.0, 'unixepoch') AS closed_at,
    approval_microseconds,
    processing_microseconds,
    strftime('%Y-%m-%dT%H:%M:%fZ', expected_decision_at / 1000000.0, 'unixepoch') AS expected_decision_at,
    quality_score,
    automation_method,
    manual_intervention_required,
    credits_consumed,
    business_name_submitted,
    strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000000.0, 'unixepoch') AS created_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000000.0, 'unixepoch') AS updated_at
FROM submission_overview;

CREATE VIEW v_queue_overview AS
SELECT
    nullif(lower(substr(hex(queue_item_id), 1, 8) || '-' || substr(hex(queue_item_id), 9, 4) || '-'
        || substr(hex(queue_item_id), 13, 4) || '-' || substr(hex(queue_item_id), 17, 4) || '-' || substr(hex(queue_item_id), 21)), '----') AS queue_item_id,
    queue,
    kind,
    status,
    priority,
    strftime('%Y-%m-%dT%H:%M:%fZ', due_at / 1000000.0, 'unixepoch') AS due_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', deadline_at / 1000000.0, 'unixepoch') AS deadline_at,
    progress,
    current_step,
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    customer_name,
    customer_email,
    company_name,
    tier,
    nullif(lower(substr(hex(directory_id), 1, 8) || '-' || substr(hex(directory_id), 9, 4) || '-'
        || substr(hex(directory_id), 13, 4) || '-' || substr(hex(directory_id), 17, 4) || '-' || substr(hex(directory_id), 21)), '----') AS directory_id,
    directory_name,
    nullif(lower(substr(hex(category_id), 1, 8) || '-' || substr(hex(category_id), 9, 4) || '-'
        || substr(hex(category_id), 13, 4) || '-' || substr(hex(category_id), 17, 4) || '-' || substr(hex(category_id), 21)), '----') AS category_id,
    nullif(lower(substr(hex(batch_id), 1, 8) || '-' || substr(hex(batch_id), 9, 4) || '-'
        || substr(hex(batch_id), 13, 4) || '-' || substr(hex(batch_id), 17, 4) || '-' || substr(hex(batch_id), 21)), '----') AS batch_id,
    batch_name,
    claims,
    attempts,
    max_attempts,
    rescues,
    worker,
    strftime('%Y-%m-%dT%H:%M:%fZ', lease_expires_at / 1000000.0, 'unixepoch') AS lease_expires_at,
    method,
    requires_verification,
    verification_status,
    strftime('%Y-%m-%dT%H:%M:%fZ', estimated_completion_at / 1000000.0, 'unixepoch') AS estimated_completion_at,
    wait_microseconds,
    processing_microseconds,
    error_code,
    error_message,
    cost,
    credit_state,
    strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000000.0, 'unixepoch') AS created_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', claimed_at / 1000000.0, 'unixepoch') AS claimed_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', finished_at / 1000000.0, 'unixepoch') AS finished_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000000.0, 'unixepoch') AS updated_at
FROM queue_overview;

CREATE VIEW v_batch_overview AS
SELECT
    nullif(lower(substr(hex(batch_id), 1, 8) || '-' || substr(hex(batch_id), 9, 4) || '-'
        || substr(hex(batch_id), 13, 4) || '-' || substr(hex(batch_id), 17, 4) || '-' || substr(hex(batch_id), 21)), '----') AS batch_id,
    name,
    status,
    priority,
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    customer_name,
    company_name,
    total_items,
    pending_items,
    running_items,
    waiting_items,
    completed_items,
    failed_items,
    cancelled_items,
    finished_items,
    progress_percent,
    success_percent,
    processing_microseconds_sum,
    processing_count,
    strftime('%Y-%m-%dT%H:%M:%fZ', scheduled_at / 1000000.0, 'unixepoch') AS scheduled_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1000000.0, 'unixepoch') AS started_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', finished_at / 1000000.0, 'unixepoch') AS finished_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', estimated_completion_at / 1000000.0, 'unixepoch') AS estimated_completion_at,
    error_message,
    strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000000.0, 'unixepoch') AS created_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000000.0, 'unixepoch') AS updated_at
FROM batch_overview;

CREATE VIEW v_action_center AS
SELECT
    nullif(lower(substr(hex(action_id), 1, 8) || '-' || substr(hex(action_id), 9, 4) || '-'
        || substr(hex(action_id), 13, 4) || '-' || substr(hex(action_id), 17, 4) || '-' || substr(hex(action_id), 21)), '----') AS action_id,
    kind,
    title,
    description,
    priority,
    status,
    is_open,
    strftime('%Y-%m-%dT%H:%M:%fZ', deadline_at / 1000000.0, 'unixepoch') AS deadline_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', scheduled_at / 1000000.0, 'unixepoch') AS scheduled_at,
    estimated_duration_minutes,
    priority_score_base,
    subject_kind,
    nullif(lower(substr(hex(subject_id), 1, 8) || '-' || substr(hex(subject_id), 9, 4) || '-'
        || substr(hex(subject_id), 13, 4) || '-' || substr(hex(subject_id), 17, 4) || '-' || substr(hex(subject_id), 21)), '----') AS subject_id,
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    customer_name,
    customer_email,
    company_name,
    tier,
    nullif(lower(substr(hex(directory_id), 1, 8) || '-' || substr(hex(directory_id), 9, 4) || '-'
        || substr(hex(directory_id), 13, 4) || '-' || substr(hex(directory_id), 17, 4) || '-' || substr(hex(directory_id), 21)), '----') AS directory_id,
    directory_name,
    nullif(lower(substr(hex(queue_item_id), 1, 8) || '-' || substr(hex(queue_item_id), 9, 4) || '-'
        || substr(hex(queue_item_id), 13, 4) || '-' || substr(hex(queue_item_id), 17, 4) || '-' || substr(hex(queue_item_id), 21)), '----') AS queue_item_id,
    nullif(lower(substr(hex(submission_id), 1, 8) || '-' || substr(hex(submission_id), 9, 4) || '-'
        || substr(hex(submission_id), 13, 4) || '-' || substr(hex(submission_id), 17, 4) || '-' || substr(hex(submission_id), 21)), '----') AS submission_id,
    nullif(lower(substr(hex(batch_id), 1, 8) || '-' || substr(hex(batch_id), 9, 4) || '-'
        || substr(hex(batch_id), 13, 4) || '-' || substr(hex(batch_id), 17, 4) || '-' || substr(hex(batch_id), 21)), '----') AS batch_id,
    nullif(lower(substr(hex(assistant_id), 1, 8) || '-' || substr(hex(assistant_id), 9, 4) || '-'
        || substr(hex(assistant_id), 13, 4) || '-' || substr(hex(assistant_id), 17, 4) || '-' || substr(hex(assistant_id), 21)), '----') AS assistant_id,
    assistant_handle,
    assistant_name,
    strftime('%Y-%m-%dT%H:%M:%fZ', assigned_at / 1000000.0, 'unixepoch') AS assigned_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1000000.0, 'unixepoch') AS started_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', finished_at / 1000000.0, 'unixepoch') AS finished_at,
    customer_response_required,
    strftime('%Y-%m-%dT%H:%M:%fZ', customer_response_deadline_at / 1000000.0, 'unixepoch') AS customer_response_deadline_at,
    requires_verification,
    verified_by_supervisor,
    strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000000.0, 'unixepoch') AS created_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000000.0, 'unixepoch') AS updated_at
FROM action_center;

CREATE VIEW v_assistant_workload AS
SELECT
    nullif(lower(substr(hex(assistant_id), 1, 8) || '-' || substr(hex(assistant_id), 9, 4) || '-'
        || substr(hex(assistant_id), 13, 4) || '-' || substr(hex(assistant_id), 17, 4) || '-' || substr(hex(assistant_id), 21)), '----') AS assistant_id,
    handle,
    name,
    is_active,
    is_available,
    time_zone,
    active_count,
    max_concurrent_tasks,
    workload_percent,
    assigned_count,
    in_progress_count,
    blocked_count,
    requires_customer_count,
    strftime('%Y-%m-%dT%H:%M:%fZ', next_deadline_at / 1000000.0, 'unixepoch') AS next_deadline_at,
    completed_count,
    failed_count,
    success_percent,
    average_quality_score,
    average_duration_minutes,
    strftime('%Y-%m-%dT%H:%M:%fZ', last_active_at / 1000000.0, 'unixepoch') AS last_active_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', last_assigned_at / 1000000.0, 'unixepoch') AS last_assigned_at
FROM assistant_workload;

CREATE VIEW v_status_history AS
SELECT
    entity_kind,
    nullif(lower(substr(hex(entity_id), 1, 8) || '-' || substr(hex(entity_id), 9, 4) || '-'
        || substr(hex(entity_id), 13, 4) || '-' || substr(hex(entity_id), 17, 4) || '-' || substr(hex(entity_id), 21)), '----') AS entity_id,
    pipeline,
    from_status,
    to_status,
    reason,
    actor_kind,
    actor_id,
    nullif(lower(substr(hex(owner_id), 1, 8) || '-' || substr(hex(owner_id), 9, 4) || '-'
        || substr(hex(owner_id), 13, 4) || '-' || substr(hex(owner_id), 17, 4) || '-' || substr(hex(owner_id), 21)), '----') AS owner_id,
    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000000.0, 'unixepoch') AS at,
    strftime('%Y-%m-%dT%H:%M:%fZ', recorded_at / 1000000.0, 'unixepoch') AS recorded_at,
    details
FROM status_history;

CREATE VIEW v_audit_log AS
SELECT
    nullif(lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-'
        || substr(hex(id), 13, 4) || '-' || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)), '----') AS id,
    actor_kind,
    actor_id,
    action,
    entity_kind,
    nullif(lower(substr(hex(entity_id), 1, 8) || '-' || substr(hex(entity_id), 9, 4) || '-'
        || substr(hex(entity_id), 13, 4) || '-' || substr(hex(entity_id), 17, 4) || '-' || substr(hex(entity_id), 21)), '----') AS entity_id,
    changes,
    metadata,
    ip,
    user_agent,
    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000000.0, 'unixepoch') AS at
FROM audit_log;

CREATE VIEW v_usage_events AS
SELECT
    idempotency_key,
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    meter,
    quantity,
    amount_minor,
    currency,
    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000000.0, 'unixepoch') AS at,
    strftime('%Y-%m-%dT%H:%M:%fZ', recorded_at / 1000000.0, 'unixepoch') AS recorded_at,
    local_day,
    is_day_given,
    strftime('%Y-%m-%dT%H:%M:%fZ', period_start_at / 1000000.0, 'unixepoch') AS period_start_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', period_end_at / 1000000.0, 'unixepoch') AS period_end_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', adjusts_at / 1000000.0, 'unixepoch') AS adjusts_at,
    metadata
FROM usage_events;

CREATE VIEW v_credit_entries AS
SELECT
    idempotency_key,
    strftime('%Y-%m-%dT%H:%M:%fZ', refill_at / 1000000.0, 'unixepoch') AS refill_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', refill_end_at / 1000000.0, 'unixepoch') AS refill_end_at,
    nullif(lower(substr(hex(customer_id), 1, 8) || '-' || substr(hex(customer_id), 9, 4) || '-'
        || substr(hex(customer_id), 13, 4) || '-' || substr(hex(customer_id), 17, 4) || '-' || substr(hex(customer_id), 21)), '----') AS customer_id,
    kind,
    credits,
    granted_after,
    reserved_after,
    spent_after,
    overage_after,
    nullif(lower(substr(hex(grant_id), 1, 8) || '-' || substr(hex(grant_id), 9, 4) || '-'
        || substr(hex(grant_id), 13, 4) || '-' || substr(hex(grant_id), 17, 4) || '-' || substr(hex(grant_id), 21)), '----') AS grant_id,
    strftime('%Y-%m-%dT%H:%M:%fZ', period_start_at / 1000000.0, 'unixepoch') AS period_start_at,
    nullif(lower(substr(hex(hold_id), 1, 8) || '-' || substr(hex(hold_id), 9, 4) || '-'
        || substr(hex(hold_id), 13, 4) || '-' || substr(hex(hold_id), 17, 4) || '-' || substr(hex(hold_id), 21)), '----') AS hold_id,
    reason,
    actor_kind,
    actor_id,
    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000000.0, 'unixepoch') AS at
FROM credit_entries;
