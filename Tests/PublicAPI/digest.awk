# Makes of a module's interface, as swift-synthesize-interface prints it, one line a declaration:
# the type that has it, then the declaration. The lines are not sorted.
#
# Variable: names, the modules whose names are left out before a type, as `A|B`.

# The declaration without the names of modules and without what callers do not see.
function plain(line) {
  while (match(line, "(^|[^A-Za-z0-9_.])(" names ")[.]")) {
    module = substr(line, RSTART, RLENGTH)
    sub("[A-Za-z]+[.]$", "", module)
    line = substr(line, 1, RSTART - 1) module substr(line, RSTART + RLENGTH)
  }
  gsub(/@inlinable /, "", line)
  return line
}

/^ *(\/\/|$)/ || /^import / { next }

{
  sub(/^ +/, "")
  line = attributes plain($0)
}

# An attribute on a line of its own.
/^@[A-Za-z]+(\([^)]*\))?$/ {
  attributes = line " "
  next
}

{ attributes = "" }

/^}$/ {
  depth--
  next
}

/ \{$/ {
  sub(/ \{$/, "", line)
  parent = depth ? path[depth] : ""
  name = line
  if (line ~ /^extension /) {
    sub(/^extension /, "", name)
    constraint = match(name, / where /) ? substr(name, RSTART) : ""
    name = substr(name, 1, length(name) - length(constraint))
    conforms = sub(/ : .*/, "", name)
    name = name constraint
  } else {
    sub(/^.*(struct|class|enum|protocol|actor) /, "", name)
    sub(/[^A-Za-z0-9_].*/, "", name)
    if (parent) name = parent "." name
    conforms = 1
  }
  path[++depth] = name
  if (conforms) print name " | " line
  next
}

{ print (depth ? path[depth] " | " : "") line }
