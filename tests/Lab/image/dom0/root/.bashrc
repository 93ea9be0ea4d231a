PS1='dom0:\w# '
alias ll='ls -l'
