;; Waits for the finding in nginx.conf, applies its preferred action, waits until the finding is gone, and saves.
(defun wait-for (what condition)
  (let ((deadline (+ (float-time) 60)))
    (while (not (funcall condition))
      (when (> (float-time) deadline)
        (message "%s did not come" what)
        (kill-emacs 1))
      (accept-process-output nil 0.05))))

(defun findings ()
  (seq-filter (lambda (each) (memq (flymake-diagnostic-type each) '(eglot-error eglot-warning)))
              (flymake-diagnostics)))

(find-file (expand-file-name "nginx.conf"))
(nginx-mode)
;; Without a person nothing is idle, which `eglot-ensure' waits for.
(call-interactively #'eglot)
(wait-for "the finding" (lambda () (= (length (findings)) 1)))

(let* ((found (car (findings)))
       (beg (flymake-diagnostic-beg found))
       (actions (eglot-code-actions beg (flymake-diagnostic-end found)))
       (preferred (seq-find (lambda (each) (eq t (plist-get each :isPreferred))) actions)))
  (string-match "\\[\\(.*?\\)\\]" (flymake-diagnostic-text found))
  (message "found: %s on line %d"
           (match-string 1 (flymake-diagnostic-text found)) (line-number-at-pos beg))
  (message "applied: %s" (plist-get preferred :title))
  (eglot--apply-workspace-edit (plist-get preferred :edit)))

(eglot--signal-textDocument/didChange)
(wait-for "the end of the finding" (lambda () (null (findings))))
(save-buffer)
(kill-emacs 0)
