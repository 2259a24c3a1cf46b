# Makes Swift files of the code blocks of one page, for the compiler to check.
#
# The statements of a block that begins with ```swift become a nested scope of one function, so that
# each block sees the variables of the blocks before it and may declare the same names again. Imports,
# types, extensions and functions that begin at the start of a line stand outside that function. A
# block with `@main`, or one that imports PackageDescription, is a file of its own and sees nothing of
# the page.
#
# A comment that begins with `<!-- swift` holds code that readers need not see, and is treated like
# a block. No line of it may begin with an attribute, which DocC takes for a directive.
#
# Variables: page, the path that messages name; module, what the page imports by itself, or nothing;
# output, the folder in which Page.swift, Program<line>.swift and Manifest<line>.swift are written.

function place(line) {
  return "#sourceLocation(file: \"" page "\", line: " line ")\n"
}

# The code of a block that is a file of its own; nothing for any other.
function alone(    line, kind, code) {
  for (line = first; line < FNR; line++) {
    if (text[line] ~ /^@main/) kind = "Program"
    if (text[line] ~ /^import PackageDescription/) kind = "Manifest"
    code = code text[line] "\n"
  }
  if (kind) printf "%s%s", place(first), code >(output "/" kind first ".swift")
  return kind
}

function finish(    line, code, declares, begins) {
  if (alone()) return
  code = place(first)
  for (line = first; line < FNR; line++) {
    if (text[line] ~ /^import /) {
      imports = imports place(line) text[line] "\n"
      code = code "\n"
      continue
    }
    begins = text[line] ~ declaration
    if (!declares && !begins && text[line] !~ /^@/) {
      code = code text[line] "\n"
      continue
    }
    if (!declares) outside = outside place(line)
    outside = outside text[line] "\n"
    code = code "\n"
    # It ends with a brace at the start of a line, or where it began.
    declares = !(text[line] ~ /^}/ || begins && text[line] ~ /}[ \t]*(\/\/.*)?$/)
  }
  body = body "do {\n" code
  depth++
}

BEGIN {
  declaration = "^((public|private|final|indirect|nonisolated) )*" \
    "(struct|enum|class|actor|protocol|extension|func) "
}

!first && /^[ \t]*(```swift|<!-- swift)[ \t]*$/ {
  first = FNR + 1
  end = /```/ ? "^[ \t]*```[ \t]*$" : "^[ \t]*-->[ \t]*$"
  next
}

first && $0 ~ end {
  finish()
  first = 0
  next
}

first { text[FNR] = $0 }

END {
  if (first) {
    printf "%s:%d: error: the code block has no end\n", page, first - 1 >"/dev/stderr"
    exit 1
  }
  if (!depth) exit
  file = output "/Page.swift"
  if (module != "") printf "import %s\n", module >file
  printf "%s%sfunc page() async throws {\n%s", imports, outside, body >file
  while (depth-- > 0) print "}" >file
  print "}" >file
}
