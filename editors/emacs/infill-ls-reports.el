;;; infill-ls-reports.el --- What infill-ls says of itself  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Commands that show what the server says, each in a buffer to read: why there
;; was a suggestion, what is sent, what was used, what is wrong, and its log.
;; In such a buffer `g' asks again and `q' goes away.

;;; Code:

(require 'cl-lib)
(require 'iso8601)
(require 'seq)
(require 'infill-ls-client)

;;; Buffers to read

(define-derived-mode infill-ls-report-mode special-mode "infill-ls"
  "Major mode of what infill-ls says of itself."
  (setq-local word-wrap t truncate-lines nil))

(defun infill-ls-reports--show (name text again)
  "Show TEXT in the buffer *infill-ls NAME*, with AGAIN for the key `g'."
  (with-current-buffer (get-buffer-create (format "*infill-ls %s*" name))
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert text "\n")
      (goto-char (point-min)))
    (infill-ls-report-mode)
    (setq-local revert-buffer-function (lambda (&rest _) (funcall again)))
    (display-buffer (current-buffer))))

(defun infill-ls-reports--ask (name command arguments text)
  "Ask COMMAND with ARGUMENTS, and show what TEXT gives for the answer as NAME."
  (let* ((buffer (current-buffer))
         (again (lambda ()
                  (if (buffer-live-p buffer)
                      (with-current-buffer buffer
                        (infill-ls-reports--ask name command arguments text))
                    (user-error "The buffer that this is about is gone")))))
    (infill-ls-client-execute
     command arguments
     (lambda (answer) (infill-ls-reports--show name (funcall text answer) again)))))

(defun infill-ls-reports--document ()
  "The address of this buffer's file, which the server serves.
Signal a `user-error' where it does not."
  (prog1 (infill-ls-client-uri)
    (unless (or infill-ls-client-via-lsp (infill-ls-client-joined-p))
      (user-error "infill-ls-mode is off in this buffer; M-x infill-ls-mode switches it on"))))

(defun infill-ls-reports--heading (text)
  "TEXT as a heading."
  (propertize text 'face 'bold))

;;; Why

;;;###autoload
(defun infill-ls-why ()
  "Explain how the last requests of this buffer ended, newest first."
  (interactive)
  (infill-ls-reports--ask "why" "infill-ls.why" (vector (infill-ls-reports--document)) #'infill-ls-reports--why))

(defun infill-ls-reports--why (records)
  "RECORDS as sentences; those that say the same one after the other are one."
  (if (seq-empty-p records)
      "No suggestion has been asked for in this buffer yet."
    (let ((runs nil))
      (seq-doseq (record records)
        (if (equal (infill-ls-reports--sentence record) (and runs (infill-ls-reports--sentence (caar runs))))
            (cl-incf (cdar runs))
          (push (cons record 1) runs)))
      (concat (infill-ls-reports--heading "The last time: ") (infill-ls-reports--sentence (seq-elt records 0)) "\n\n"
              (mapconcat #'infill-ls-reports--run (nreverse runs) "\n")))))

(defun infill-ls-reports--run (run)
  "RUN, a record and how often it came, as a line."
  (pcase-let ((`(,record . ,count) run))
    (format "%s  %s%s  %s"
            (format-time-string "%H:%M:%S" (encode-time (iso8601-parse (plist-get record :time))))
            (infill-ls-reports--sentence record)
            (if (> count 1) (format " (%d times)" count) "")
            (propertize (format "%d ms" (round (plist-get (plist-get record :ms) :total))) 'face 'shadow))))

(defun infill-ls-reports--sentence (record)
  "The sentence of RECORD; an old server has a word for it."
  (or (plist-get record :sentence) (plist-get record :outcome)))

;;; What is sent

;;;###autoload
(defun infill-ls-show-prompt ()
  "Show exactly what would be sent from here, or that nothing is."
  (interactive)
  (infill-ls-reports--ask "prompt" "infill-ls.prompt"
                          (vector (infill-ls-reports--document) (infill-ls-client-position (point)))
                          #'infill-ls-reports--prompt))

(defun infill-ls-reports--prompt (prompt)
  "PROMPT as text to read."
  (let ((messages (plist-get prompt :messages))
        (text (or (plist-get prompt :text) ""))
        (unsent (plist-get prompt :unsent)))
    (cond ((or unsent (and (seq-empty-p messages) (string-empty-p text)))
           (concat (infill-ls-reports--heading "Nothing is sent.") " " (or unsent "")))
          ((seq-empty-p messages)
           (concat (infill-ls-reports--prompt-heading prompt text) text))
          (t
           (concat (infill-ls-reports--prompt-heading
                    prompt (mapconcat (lambda (message) (plist-get message :content)) messages))
                   (mapconcat (lambda (message)
                                (format "%s\n%s\n"
                                        (infill-ls-reports--heading
                                         (format "# %s%s" (plist-get message :role)
                                                 (if (eq (plist-get message :partial) t) " (to be continued)" "")))
                                        (plist-get message :content)))
                              messages))))))

(defun infill-ls-reports--prompt-heading (prompt text)
  "What is said of PROMPT, which is TEXT, before it."
  (infill-ls-reports--heading
   (format "# %s, %s, about %d tokens; the answer at most %d\n" (plist-get prompt :model) (plist-get prompt :mode)
           (ceiling (length text) 4) (plist-get prompt :max_tokens))))

;;; What was used

;;;###autoload
(defun infill-ls-usage ()
  "Show what was suggested, accepted, used and paid, by model and by day."
  (interactive)
  (infill-ls-reports--ask "usage" "infill-ls.usage" [] #'infill-ls-reports--usage))

(defun infill-ls-reports--usage (entries)
  "ENTRIES, each of a model on a day, as tables."
  (if (seq-empty-p entries)
      "Nothing has been used so far."
    (let ((entries (append entries nil)))
      (concat (infill-ls-reports--summary entries) "\n" (infill-ls-reports--deep entries) "\n"
              (infill-ls-reports--table "Model" entries (lambda (entry)
                                                          (pcase (plist-get entry :model)
                                                            ("local" "embedded engine")
                                                            ("" "(no name)")
                                                            (model model))))
              "\n"
              (infill-ls-reports--table "Day" entries (lambda (entry) (plist-get entry :day)))))))

(defun infill-ls-reports--sum (entries key)
  "The sum of KEY over ENTRIES."
  (apply #'+ (mapcar (lambda (entry) (or (plist-get entry key) 0)) entries)))

(defun infill-ls-reports--summary (entries)
  "ENTRIES in a sentence."
  (let ((shown (infill-ls-reports--sum entries :shown))
        (accepted (infill-ls-reports--sum entries :accepted)))
    (format "Since %s, %d %s shown, and %d of them accepted%s."
            (car (sort (mapcar (lambda (entry) (plist-get entry :day)) entries) #'string<))
            shown (if (= shown 1) "suggestion was" "suggestions were") accepted
            (if (> shown 0) (format " (%d %%)" (round (* 100.0 accepted) shown)) ""))))

(defun infill-ls-reports--deep (entries)
  "What the deep suggestions of ENTRIES took, in a line; empty without any."
  (let ((deep (infill-ls-reports--sum entries :deep))
        (cost (infill-ls-reports--cost entries :deep_cost)))
    (if (= deep 0)
        ""
      (format "Deep suggestions: %d, for %d of these tokens%s.\n" deep
              (infill-ls-reports--sum entries :deep_tokens)
              (if (string-empty-p cost) "" (concat ", " cost))))))

(defun infill-ls-reports--table (head entries name)
  "A table of ENTRIES by what NAME gives, under HEAD: figures, and a bar."
  (let* ((groups (sort (seq-group-by name entries) (lambda (one other) (string< (car one) (car other)))))
         (width (apply #'max (length head) (mapcar (lambda (group) (length (car group))) groups)))
         (most (apply #'max 1 (mapcar (lambda (group) (infill-ls-reports--sum (cdr group) :shown)) groups))))
    (concat
     (infill-ls-reports--heading
      (format "%s %8s %8s %8s %10s %8s  %s\n" (string-pad head width) "shown" "accepted" "calls" "in" "out" "cost"))
     (mapconcat
      (lambda (group)
        (cl-flet ((sum (key) (infill-ls-reports--sum (cdr group) key)))
          (format "%s %8d %8d %8d %10d %8d  %s  %s\n"
                  (string-pad (car group) width) (sum :shown) (sum :accepted) (sum :calls) (sum :prompt)
                  (sum :completion) (infill-ls-reports--cost (cdr group))
                  (make-string (ceiling (* 20.0 (sum :shown)) most) ?█))))
      groups))))

(defun infill-ls-reports--cost (entries &optional key)
  "What ENTRIES cost, by currency; under KEY, where it is only a part of it."
  (let ((costs nil))
    (dolist (entry entries)
      (seq-doseq (cost (plist-get entry (or key :cost)))
        (cl-incf (alist-get (seq-elt cost 0) costs 0 nil #'equal) (seq-elt cost 1))))
    (mapconcat (lambda (cost) (format "%.4f %s" (cdr cost) (car cost))) (nreverse costs) " + ")))

;;; What is wrong

;;;###autoload
(defun infill-ls-doctor ()
  "Find out what is wrong, by one live completion with your settings."
  (interactive)
  (if infill-ls-client--given-up
      (infill-ls-reports--show "doctor"
                               (infill-ls-reports--checks
                                (list (list :name "server" :ok :json-false
                                            :sentence (concat infill-ls-client--given-up
                                                              ".  Then M-x infill-ls-restart."))))
                               #'infill-ls-doctor)
    (message "infill-ls: looking...")
    (infill-ls-reports--ask "doctor" "infill-ls.doctor" [] #'infill-ls-reports--checks)))

(defun infill-ls-reports--checks (findings)
  "FINDINGS as text, after the number of those that are bad."
  (let ((failed (seq-count (lambda (check) (not (eq (plist-get check :ok) t))) findings)))
    (concat (infill-ls-reports--heading
             (pcase failed (0 "Everything works.") (1 "One thing is wrong.") (_ (format "%d things are wrong." failed))))
            "\n\n"
            (mapconcat (lambda (check)
                         (let ((ok (eq (plist-get check :ok) t)))
                           (format "%s %s: %s\n"
                                   (propertize (if ok "✓" "✗") 'face (if ok 'success 'error))
                                   (plist-get check :name) (plist-get check :sentence))))
                       findings))))

;;; Setting up

;;;###autoload
(defun infill-ls-setup (&optional address)
  "Find the engines on this machine, and set one up where you agree.
With a prefix argument, ask for the ADDRESS of one on another machine."
  (interactive (list (and current-prefix-arg (read-string "Address: " "http://"))))
  (message "infill-ls: looking for engines...")
  (infill-ls-client-execute "infill-ls.setup" (vector (list :write :json-false :address (or address "")))
                            ;; Not in the process filter, where nobody should be asked anything.
                            (lambda (answer) (run-at-time 0 nil #'infill-ls-reports--found answer address))))

(defun infill-ls-reports--found (answer address)
  "Show what ANSWER has found at ADDRESS; offer to write what it proposes."
  (let ((again (lambda () (infill-ls-setup address))))
    (infill-ls-reports--show "setup" (infill-ls-reports--engines answer) again)
    (when (and (plist-get answer :lines)
               (yes-or-no-p "Write these lines into your settings file, and try them out? "))
      (infill-ls-client-execute
       "infill-ls.setup" (vector (list :write t :address (or address "")))
       (lambda (answer)
         (infill-ls-reports--show
          "setup"
          (concat (or (plist-get answer :problem) (format "Written to %s." (plist-get answer :written))) "\n\n"
                  (infill-ls-reports--checks (plist-get answer :checks)))
          again)
         (when (plist-get answer :written)
           (infill-ls-restart)))))))

(defun infill-ls-reports--engines (answer)
  "The engines of ANSWER, and the lines for one of them, as text."
  (or (plist-get answer :install)
      (concat
       (mapconcat (lambda (found)
                    (format "%s at %s: %s, %s\n" (plist-get found :kind) (plist-get found :address)
                            (plist-get found :model)
                            (pcase (plist-get found :fills)
                              ('t "fills in the middle")
                              (:json-false "does not fill in the middle")
                              (_ "may fill in the middle"))))
                  (plist-get answer :found))
       "\n"
       (or (plist-get answer :lines)
           "None of these was trained to fill in the middle: get one that was, such as qwen2.5-coder."))))

;;; The log

;;;###autoload
(defun infill-ls-log ()
  "Show what the server wrote to its log."
  (interactive)
  (let ((buffer (get-buffer (if infill-ls-client-via-lsp "*infill-ls::stderr*" infill-ls-client-log-buffer))))
    (if (or (null buffer) (zerop (buffer-size buffer)))
        (message "infill-ls: the log is empty")
      (display-buffer buffer))))

(provide 'infill-ls-reports)
;;; infill-ls-reports.el ends here
