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
