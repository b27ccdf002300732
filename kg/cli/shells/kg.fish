# What kg offers for a word of this kind, with what each is.
function _kg_offer
    set -l written (commandline -opc)
    set -l word (commandline -ct | string replace -r '^--[^=]*=' '')
    $written[1] --offer $argv[1] "$word" $written 2>/dev/null
end
