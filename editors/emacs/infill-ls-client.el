;;; infill-ls-client.el --- Talks to the language server infill-ls  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Starts the server, one for all of Emacs, keeps it told of the buffers that
;; use it, and starts it again if it ends.  A buffer that lsp-mode manages goes
;; through lsp-mode instead (infill-ls-lsp.el).  Shows nothing but messages.

;;; Code:

(require 'cl-lib)
(require 'jsonrpc)
(require 'map)
(require 'project)
(require 'subr-x)
(require 'track-changes)
(require 'url-util)
(require 'infill-ls-settings)

(declare-function infill-ls-lsp-request "infill-ls-lsp")
(declare-function infill-ls-lsp-cancel "infill-ls-lsp")
(declare-function infill-ls-lsp-notify "infill-ls-lsp")
(declare-function infill-ls-lsp-restart "infill-ls-lsp")

(defcustom infill-ls-command '("infill-ls" "--stdio")
  "The server's program and its arguments.
A key does not belong here, where other users of the machine can see it; see
`infill-ls-key-function'."
  :type '(repeat string)
  :group 'infill-ls)

(defcustom infill-ls-key-function nil
  "Function without arguments that gives the API key, or nil for none.
The key is handed to the server in its environment.  For a key in
~/.authinfo.gpg:

    (lambda () (auth-source-pick-first-password :host \"dashscope\"))

By default the server takes the key from Emacs's own environment."
  :type '(choice (const :tag "From the environment" nil) function)
  :group 'infill-ls
  :risky t)

(defvar-local infill-ls-client-via-lsp nil
  "Whether this buffer's requests go through lsp-mode.")

(defconst infill-ls-client--most-restarts 3
  "After so many ends within a minute the server is not started again.")

(defconst infill-ls-client-log-buffer "*infill-ls log*"
  "The buffer with what the server writes to its log.")

(defvar infill-ls-client-ready-hook nil
  "Run when a server is there that was not there before.")

(defvar infill-ls-client--connection nil
  "The connection to the server, if one runs.")
(defvar infill-ls-client--ready nil
  "Whether the server has answered to being greeted.")
(defvar infill-ls-client--folders nil
  "The workspace's folders that the server knows.")
(defvar infill-ls-client--ends nil
  "When the server ended unasked, newest first.")
(defvar infill-ls-client--status nil
  "The server's last `infill-ls/status'.")
(defvar infill-ls-client--given-up nil
  "Why the server is not started any more, until it is asked for by hand.")

(defvar-local infill-ls-client--uri nil
  "The address under which the server knows this buffer, if it does.")
(defvar-local infill-ls-client--version 0
  "The version of this buffer's text that the server knows.")
(defvar-local infill-ls-client--tracker nil
  "What tracks this buffer's changes.")
(defvar-local infill-ls-client--told-in nil
  "The number of the key sequence in which a change was told before another.")

;;; Buffers

(defun infill-ls-client-join ()
  "From now on the server serves this buffer, if it is a file's on this machine."
  (when (and buffer-file-name (not (file-remote-p buffer-file-name)) (not infill-ls-client-via-lsp))
    (unless infill-ls-client--tracker
      (setq infill-ls-client--tracker (track-changes-register #'infill-ls-client--apart :disjoint t)))
    (add-hook 'after-save-hook #'infill-ls-client--saved nil t)
    (when (infill-ls-client--running)
      (infill-ls-client--sync))))

(defun infill-ls-client-leave ()
  "The server serves this buffer no more."
  (remove-hook 'after-save-hook #'infill-ls-client--saved t)
  (when infill-ls-client--tracker
    (track-changes-unregister infill-ls-client--tracker)
    (setq infill-ls-client--tracker nil))
  (infill-ls-client--close))

(defun infill-ls-client-joined-p ()
  "Whether the server serves this buffer, or would if it ran."
  (and infill-ls-client--tracker t))

(defun infill-ls-client-uri ()
  "The address of this buffer's file.
Signal a `user-error' where there is none."
  (unless buffer-file-name
    (user-error "This buffer has no file that infill-ls could complete"))
  (concat "file://" (url-hexify-string (infill-ls-client--slashed (expand-file-name buffer-file-name))
                                       url-path-allowed-chars)))

(defun infill-ls-client--slashed (path)
  "PATH as addresses have it: with a slash first also where drives have letters."
  (if (string-prefix-p "/" path) path (concat "/" path)))

(defun infill-ls-client-position (point)
  "POINT as the protocol has it; columns are counted in characters."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char point)
      (list :line (1- (line-number-at-pos point t)) :character (- point (pos-bol))))))

(defun infill-ls-client-point (position)
  "Where the protocol's POSITION is in this buffer, or nil where it is nowhere."
  (save-excursion
    (save-restriction
      (widen)
      (goto-char (point-min))
      (when (zerop (forward-line (plist-get position :line)))
        (let ((point (+ (point) (plist-get position :character))))
          (when (<= point (pos-eol))
            point))))))

(defun infill-ls-client--text (start end)
  "The text from START to END, character for character as the protocol can say it.
Bytes that are no text cannot be sent, and a carriage return would be another
line to the server, but is none to Emacs."
  (subst-char-in-string
   ?\r ?\s (replace-regexp-in-string "[^\0-\ud7ff\ue000-\U0010ffff]" "\ufffd"
                                     (buffer-substring-no-properties start end) t t)))

(defun infill-ls-client--sync ()
  "Tell the server what has become of this buffer since it was told last."
  (let ((uri (infill-ls-client-uri)))
    (unless (equal uri infill-ls-client--uri)
      (infill-ls-client--close))
    (save-restriction
      (widen)
      (if infill-ls-client--uri
          (track-changes-fetch infill-ls-client--tracker #'infill-ls-client--changed)
        (track-changes-fetch infill-ls-client--tracker #'ignore)
        (infill-ls-client--open uri)))))

(defun infill-ls-client--apart (_tracker &optional distance)
  "Tell the server what was changed before something at a DISTANCE is.
Told together, the two would be one change of all that stands between them.
What one command changes in many places is left to be that."
  (when (and distance infill-ls-client--uri (infill-ls-client--running)
             (not (eq infill-ls-client--told-in num-input-keys)))
    (setq infill-ls-client--told-in num-input-keys)
    (infill-ls-client--sync)))

(defun infill-ls-client--open (uri)
  "Open this buffer's text under URI."
  (when-let* ((project (project-current))
              (root (expand-file-name (project-root project))))
    (infill-ls-client--add-folder root))
  (setq infill-ls-client--uri uri)
  (cl-incf infill-ls-client--version)
  (infill-ls-client--notify
   :textDocument/didOpen
   (list :textDocument (list :uri uri :version infill-ls-client--version :languageId (infill-ls-client--language)
                             :text (infill-ls-client--text (point-min) (point-max))))))

(defun infill-ls-client--changed (start end before)
  "Send that the text from START to END was BEFORE."
  (cl-incf infill-ls-client--version)
  (infill-ls-client--notify
   :textDocument/didChange
   (list :textDocument (list :uri infill-ls-client--uri :version infill-ls-client--version)
         :contentChanges
         (vector (if (eq before 'error)
                     (list :text (infill-ls-client--text (point-min) (point-max)))
                   (list :range (infill-ls-client--replaced start before)
                         :text (infill-ls-client--text start end)))))))

(defun infill-ls-client--replaced (start before)
  "The range that the text BEFORE had when it began at START."
  (let* ((from (infill-ls-client-position start))
         (lines (cl-count ?\n before))
         (last (length (car (last (split-string before "\n"))))))
    (list :start from
          :end (list :line (+ (plist-get from :line) lines)
                     :character (if (zerop lines) (+ (plist-get from :character) last) last)))))

(defun infill-ls-client--saved ()
  "Tell the server that this buffer was saved."
  (when (and infill-ls-client--uri (infill-ls-client--running))
    (infill-ls-client--sync)
    (infill-ls-client--notify :textDocument/didSave (list :textDocument (list :uri infill-ls-client--uri)))))

(defun infill-ls-client--close ()
  "Close this buffer's text, if it is open."
  (when (and infill-ls-client--uri infill-ls-client--ready)
    (infill-ls-client--notify :textDocument/didClose (list :textDocument (list :uri infill-ls-client--uri))))
  (setq infill-ls-client--uri nil))

(defun infill-ls-client--language ()
  "The language's name: that of the major mode, without what modes add to it."
  (let ((name (string-remove-suffix "-mode" (symbol-name major-mode))))
    (setq name (string-remove-suffix "-ts" name))
    (or (cdr (assoc name '(("sh" . "shellscript") ("bash" . "shellscript") ("c++" . "cpp") ("js" . "javascript")
                           ("js2" . "javascript") ("tsx" . "typescriptreact") ("emacs-lisp" . "elisp")
                           ("cperl" . "perl") ("mhtml" . "html") ("conf-toml" . "toml") ("gfm" . "markdown"))))
        name)))

;;; Requests

(defvar infill-ls-client--asking nil
  "The number of the last request for a suggestion.")

(defun infill-ls-client-suggest (trigger success)
  "Ask for suggestions at point; SUCCESS is called with the items.
TRIGGER is 1 where the user asked for it, else 2, as the protocol has it.
Whatever was asked before is cancelled.  SUCCESS is not called where there is no
server, or no answer."
  (infill-ls-client-cancel)
  (setq infill-ls-client--asking
        (infill-ls-client--request
         "textDocument/inlineCompletion"
         (list :textDocument (list :uri (infill-ls-client-uri))
               :position (infill-ls-client-position (point))
               :context (list :triggerKind trigger))
         (lambda (answer)
           (funcall success (append (if (vectorp answer) answer (plist-get answer :items)) nil))))))

(defun infill-ls-client-next-edit (success)
  "Ask for the next edit in this buffer; SUCCESS is called with it, or with nil."
  (infill-ls-client--request
   "infill-ls/nextEdit"
   ;; Without a version: the text that the server knows is this one.
   (list :textDocument (list :uri (infill-ls-client-uri)) :position (infill-ls-client-position (point)))
   (lambda (answer)
     (funcall success (car (append (plist-get answer :edits) nil))))))

(defun infill-ls-client-cancel ()
  "Cancel the last request for a suggestion, if it is unanswered."
  (cond (infill-ls-client-via-lsp
         (infill-ls-lsp-cancel))
        ((and infill-ls-client--asking infill-ls-client--ready
              (assq infill-ls-client--asking (jsonrpc--continuations infill-ls-client--connection)))
         (infill-ls-client--notify :$/cancelRequest (list :id infill-ls-client--asking))))
  (setq infill-ls-client--asking nil))

(defun infill-ls-client-execute (command arguments &optional success)
  "Have the server execute COMMAND with ARGUMENTS, a vector, then call SUCCESS.
Say so where there is no server to ask."
  (unless (infill-ls-client--request "workspace/executeCommand" (list :command command :arguments arguments)
                                     (or success #'ignore))
    (when (and success (not infill-ls-client-via-lsp))
      (user-error "infill-ls: %s" (cond (infill-ls-client--given-up)
                                        (t "the server is starting; try again in a moment"))))))

(defun infill-ls-client-ready-p ()
  "Whether the server takes requests now; it is started where it does not run.
Signal a `user-error' where it cannot be."
  (or infill-ls-client-via-lsp
      (infill-ls-client--running)
      (when infill-ls-client--given-up
        (user-error "infill-ls: %s" infill-ls-client--given-up))))

(defun infill-ls-client-notify (method params)
  "Send the notification METHOD with PARAMS, if there is a server."
  (cond (infill-ls-client-via-lsp
         (infill-ls-lsp-notify method params))
        ((and infill-ls-client--tracker infill-ls-client--ready)
         (infill-ls-client--notify (intern (concat ":" method)) params))))

(defun infill-ls-client-length (text)
  "How long TEXT is in the protocol's own units."
  (/ (length (encode-coding-string text 'utf-16le)) 2))

(defun infill-ls-client--request (method params success)
  "Ask METHOD with PARAMS; SUCCESS is called with the result.
The server knows this buffer's text as it is now.  Give the request's number
where it is known."
  (cond (infill-ls-client-via-lsp
         (infill-ls-lsp-request method params success)
         nil)
        ((infill-ls-client--running)
         (when infill-ls-client--tracker
           (infill-ls-client--sync))
         (jsonrpc-async-request
          infill-ls-client--connection (intern (concat ":" method)) params
          :success-fn success :error-fn #'ignore :timeout nil)
         ;; No public function tells it, and a request can be cancelled by its number only.
         (jsonrpc--next-request-id infill-ls-client--connection))))

(defun infill-ls-client--notify (method params)
  "Send the notification METHOD with PARAMS."
  (jsonrpc-notify infill-ls-client--connection method params))

;;; The server

(defun infill-ls-client--running ()
  "Whether the server takes requests; it is started where it does not run."
  (unless (or infill-ls-client--connection infill-ls-client--given-up)
    (condition-case error
        (infill-ls-client--start)
      (error
       ;; A server that ends while it is greeted is one that ends, as any other.
       (unless infill-ls-client--connection
         (infill-ls-client--give-up (error-message-string error))))))
  infill-ls-client--ready)

(defun infill-ls-client--give-up (why)
  "Say once WHY there is no server."
  (setq infill-ls-client--given-up why)
  (force-mode-line-update t)
  ;; Not at once: lsp-mode has a word to say about it, too.
  (run-at-time 0 nil #'message "infill-ls: %s.  Fix this, then run M-x infill-ls-restart" why))

(defun infill-ls-client--start ()
  "Start the server and greet it."
  (unless (executable-find (car (infill-ls-client-command)))
    (error "The program %s was not found; `pipx install .' in the checkout puts it on your PATH, or set `infill-ls-command'"
           (car (infill-ls-client-command))))
  (let ((default-directory temporary-file-directory))
    (setq infill-ls-client--connection
          (make-instance
           'jsonrpc-process-connection
           :name "infill-ls"
           ;; What goes back and forth is code, which belongs into no log.
           :events-buffer-config '(:size 0 :format full)
           :process #'infill-ls-client--process
           :notification-dispatcher #'infill-ls-client--notified
           :request-dispatcher #'infill-ls-client--requested
           :on-shutdown #'infill-ls-client--ended)))
  (let ((connection infill-ls-client--connection))
    (jsonrpc-async-request
     connection :initialize (infill-ls-client--greeting)
     :timeout nil
     :error-fn #'ignore
     :success-fn (lambda (_result)
                   (when (eq connection infill-ls-client--connection)
                     (infill-ls-client--greeted))))))

(defun infill-ls-client--process ()
  "Start the server's process."
  (let ((process-environment (append (infill-ls-client-environment) process-environment)))
    (make-process :name "infill-ls" :command (infill-ls-client-command) :connection-type 'pipe :coding 'utf-8-emacs-unix
                  :noquery t :stderr (get-buffer-create infill-ls-client-log-buffer))))

(defun infill-ls-client-command ()
  "The server's program and arguments, as the user set them.
The server takes the settings that it is sent for the user's own, since they are
default values, to which no file and no folder can write."
  (pcase-let* ((`(,program . ,arguments) (default-value 'infill-ls-command))
               (own (expand-file-name program "~/.local/bin")))
    (cons (if (and (not (executable-find program)) (file-executable-p own))
              own                 ; uv and pipx put it there, which an Emacs from a desktop often does not know
            program)
          (if (member "--trust-editor" arguments) arguments (append arguments '("--trust-editor"))))))

(defun infill-ls-client-environment ()
  "Variables for the server's environment: its key, where a function gives it."
  (when-let* ((function (default-value 'infill-ls-key-function))
              (key (funcall function)))
    (list (concat (infill-ls-settings-key-variable) "=" key))))

(defun infill-ls-client--greeting ()
  "The parameters of `initialize'."
  (let ((project (project-current)))
    (setq infill-ls-client--folders (and project (list (expand-file-name (project-root project))))))
  (list :processId (emacs-pid)
        :clientInfo (list :name "infill-ls.el" :version emacs-version)
        :rootUri nil
        :workspaceFolders (vconcat (mapcar #'infill-ls-client--folder infill-ls-client--folders))
        :capabilities (list :general '(:positionEncodings ["utf-32"])
                            :textDocument '(:inlineCompletion (:dynamicRegistration :json-false)
                                            :synchronization (:didSave t))
                            :window '(:workDoneProgress t)
                            :workspace '(:applyEdit t :workspaceEdit (:documentChanges t)))
        :initializationOptions (infill-ls-settings-options)))

(defun infill-ls-client--greeted ()
  "The server is there: the buffers that wait for it are opened."
  (setq infill-ls-client--ready t)
  (infill-ls-client--notify :initialized (make-hash-table))
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when infill-ls-client--tracker
        (infill-ls-client--sync))))
  (run-hooks 'infill-ls-client-ready-hook))

(defun infill-ls-client--folder (path)
  "PATH as a folder of the workspace."
  (list :uri (let ((buffer-file-name (directory-file-name path))) (infill-ls-client-uri))
        :name (file-name-nondirectory (directory-file-name path))))

(defun infill-ls-client--add-folder (path)
  "Tell the server that PATH is a folder of the workspace, too."
  (unless (member path infill-ls-client--folders)
    (push path infill-ls-client--folders)
    (infill-ls-client--notify :workspace/didChangeWorkspaceFolders
                              (list :event (list :added (vector (infill-ls-client--folder path)) :removed [])))))

(defun infill-ls-client--ended (connection)
  "The server of CONNECTION has ended."
  (when (eq connection infill-ls-client--connection)
    (infill-ls-client--forget)
    (infill-ls-client-start-again-p)
    (run-at-time 0 nil #'infill-ls-client--running)))

(defun infill-ls-client-start-again-p ()
  "Say that the server has ended unasked, and whether it is started again."
  (let ((minute-ago (- (float-time) 60)))
    (setq infill-ls-client--ends (cons (float-time) (seq-filter (lambda (end) (> end minute-ago))
                                                                infill-ls-client--ends))))
  (if (> (length infill-ls-client--ends) infill-ls-client--most-restarts)
      (infill-ls-client--give-up "the server ends again and again")
    (message "infill-ls: the server ended; it is started again"))
  (not infill-ls-client--given-up))

(defun infill-ls-client--forget ()
  "There is no server any more, so it knows no buffer."
  (setq infill-ls-client--connection nil
        infill-ls-client--ready nil
        infill-ls-client--asking nil
        infill-ls-client--status nil)
  (dolist (buffer (buffer-list))
    (setf (buffer-local-value 'infill-ls-client--uri buffer) nil)))

(defun infill-ls-client--stop ()
  "End the server."
  (when-let* ((connection infill-ls-client--connection)
              (process (jsonrpc--process connection)))
    (let ((greeted infill-ls-client--ready))
      (infill-ls-client--forget)
      (when (and greeted (process-live-p process))
        (ignore-errors
          (jsonrpc-request connection :shutdown nil :timeout 0.5)
          (jsonrpc-notify connection :exit nil)
          ;; What was used is written down last.
          (with-timeout (0.5)
            (while (process-live-p process)
              (accept-process-output process 0.05)))))
      (delete-process process))))

(add-hook 'kill-emacs-hook #'infill-ls-client--stop)

;;;###autoload
(defun infill-ls-restart ()
  "Start the server anew, with the settings as they are now."
  (interactive)
  (setq infill-ls-client--ends nil
        infill-ls-client--given-up nil)
  (if infill-ls-client-via-lsp
      (infill-ls-lsp-restart)
    (infill-ls-client--stop)
    (infill-ls-client--running)
    (unless infill-ls-client--given-up
      (message "infill-ls: the server is started again"))))

;;; What the server says

(defun infill-ls-client--notified (_connection method params)
  "The server sent the notification METHOD with PARAMS."
  (pcase method
    ('window/showMessage (message "%s" (plist-get params :message)))
    ('window/logMessage (infill-ls-client--log (plist-get params :message)))
    ('infill-ls/status (infill-ls-client-set-status params))
    ('$/progress (infill-ls-client--progressed (plist-get params :token) (plist-get params :value)))))

(defvar infill-ls-client--progress nil
  "The token of the request whose steps are shown.")

(defun infill-ls-client--progressed (token value)
  "Show VALUE, a step of the work of TOKEN, where that is a request.
How far the reading of the project is, nobody has asked for."
  (when (equal (plist-get value :title) "infill-ls")
    (setq infill-ls-client--progress token))
  (when-let* (((equal token infill-ls-client--progress))
              (step (plist-get value :message)))
    (message "infill-ls: %s" step)))

(defun infill-ls-client--log (line)
  "Put LINE into the log, behind what the server wrote there itself."
  (with-current-buffer (get-buffer-create infill-ls-client-log-buffer)
    (save-excursion
      (goto-char (point-max))
      (insert-before-markers line "\n"))))

(defun infill-ls-client-set-status (status)
  "Show STATUS in the mode line."
  (setq infill-ls-client--status status)
  (force-mode-line-update t))

(defun infill-ls-client--requested (_connection method params)
  "The server asks METHOD with PARAMS."
  (pcase method
    ('window/workDoneProgress/create nil)
    ('workspace/configuration (make-vector (length (plist-get params :items)) nil))
    ('workspace/applyEdit
     (list :applied (if (seq-every-p #'infill-ls-client--apply (plist-get (plist-get params :edit) :documentChanges))
                        t
                      :json-false)))
    (_ (jsonrpc-error :code -32601 :message (format "%s is not known here" method)))))

(defun infill-ls-client--apply (change)
  "Make CHANGE of one document, as one step of undo; whether it could be made.
It could not where the text has changed since the server saw it."
  (pcase-let* (((map :textDocument :edits) change)
               (buffer (seq-find (lambda (buffer)
                                   (equal (buffer-local-value 'infill-ls-client--uri buffer)
                                          (plist-get textDocument :uri)))
                                 (buffer-list))))
    (when buffer
      (with-current-buffer buffer
        (infill-ls-client--sync)
        (when (and (eql infill-ls-client--version (plist-get textDocument :version)) (not buffer-read-only))
          (save-excursion
            (undo-boundary)
            ;; From the end, so that those before it stay where they are.
            (dolist (edit (nreverse (append edits nil)))
              (let ((range (plist-get edit :range)))
                (replace-region-contents (infill-ls-client-point (plist-get range :start))
                                         (infill-ls-client-point (plist-get range :end))
                                         (lambda () (plist-get edit :newText)))))
            (undo-boundary))
          t)))))

(defun infill-ls-client-lighter ()
  "The mode line's word on the server."
  (let ((status infill-ls-client--status))
    (propertize
     (pcase (if infill-ls-client--given-up "error" (plist-get status :kind))
       ("inactive" " infill:off")
       ((or "warning" "error") " infill!")
       (_ (if (eq (plist-get status :busy) t) " infill…" " infill")))
     'help-echo (let ((message (or infill-ls-client--given-up (plist-get status :message) "")))
                  (if (string-empty-p message)
                      (format "infill-ls, model %s" (or (plist-get status :model) "not known yet"))
                    message)))))

(provide 'infill-ls-client)
;;; infill-ls-client.el ends here
