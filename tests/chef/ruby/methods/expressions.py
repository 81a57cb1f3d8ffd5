"""Random Ruby expressions over the values that attribute files and templates work with."""

from __future__ import annotations

import random

GAP = "·"
"""Stands for a space within one of the entries below."""

LITERALS = {
    "S": """
        '' 'a' 'kafka' 'a,b,,c' 'broker-01.example.com' '10.20.30.41' "tab\\tx\\n" 'k=v' '·pad·' '007'
        '-12' '3.5kB' '0x1f' 'Zz9' "é" 'aXbXc' "l1\\nl2\\r\\nl3" '%05d' '%s-%p' 'a-z' '^a-c' '\\\\1'
        "\\#{x}" '"q"' '16424844kB' '1e3' '9.04' '10.04' 'az' 'zz' 'a/b.tar.gz' '/var/lib/'
        'foo·bar·baz' '1_000'
    """,
    "I": "0 1 2 3 -1 -2 5 7 10 16 100 255 1024 65535 2**31 2**64 -17 9092 8 4",
    "J": "0 1 2 3 -1 -2 5 7 10",
    "F": """
        0.0 1.0 1.5 -2.5 0.1 3.14159 100.0 1e3 1e15 1e16 1.0e-5 2.675 1234.5678 -0.5 99.995 1e22 1e-7
    """,
    "Y": ':a :b :kafka :"a-b" :a? :size :upcase :[] :+ :to_s',
    "N": "nil",
    "T": "true false",
    "R": r"/a/ /[a-c]+/ /(\d+)\.(\d+)/ /b|r/i /\s*,\s*/ /^l\d$/ /(?<k>\w+)=(?<v>.*)/ /x*/ /\A\d+\z/"
    r" /[^a-z]/ /\bfoo\b/ /(.)\1/ /.$/ /a.b/m /[[:upper:]]/ /(a)?(b)?/ /\.+/ /o{1,2}?/ /(?=b)/ /(?:k|f)+/ //",
    "G": "(1..3) (1...4) (0..-1) ('a'..'e') (-2..2) (1..2.5) (3..1) (0...-1) (..2) ('08'..'11')",
    "A": """
        [] [1] [3,1,2] ['b','a','c'] [1,'a',nil,:b] [[1,2],[3,4]] [1,1.0,2,2] ['a',['b',['c']]]
        [nil,false,0] [{a:·1}] [0.1,0.2,0.3] ['k=v','x=y'] [5,3,5,1] %w[z1·z10·z9] [:b,:a]
        [[:a,1],[:b,2]] [true,nil]
    """,
    "H": """
        {} {a:·1} {'a'=>1,'b'=>nil} {a:·{b:·2}} {1=>2,1.0=>3} {'b'=>[1],'a'=>'x'} {nil=>1}
        {b:·2,a:·1,c:·3} {'log.dirs'=>'/d1,/d2','port'=>9092}
    """,
}
"""By kind: text, integer, small integer, float, symbol, nil, boolean, regexp, range, array, hash."""

METHODS = {
    "S": """
        upcase>S downcase>S capitalize>S swapcase>S strip>S lstrip>S rstrip>S chomp>S chomp(S)>S chop>S
        reverse>S size>J length>J empty?>T inspect>S to_s>S to_i>I to_i(J)>I to_f>F to_sym>Y hex>I oct>I
        ord>I chars>A bytes>A lines>A split>A split(S)>A split(R)>A split(S,J)>A split(R,J)>A
        split('·')>A gsub(R,S)>S gsub(S,S)>S sub(R,S)>S sub(S,S)>S gsub(R){|x|x.upcase}>S gsub(R,H)>S
        sub(R){|x|$~[0].to_s*2}>S scan(R)>A scan(S)>A index(S)>J index(R)>J index(S,J)>J index(R,J)>J
        rindex(S)>J rindex(R)>J rindex(S,J)>J [J]>S [J,J]>S [G]>S [S]>S [R]>S [R,J]>S slice(J,J)>S
        include?(S)>T start_with?(S)>T start_with?(R)>T end_with?(S,S)>T tr(S,S)>S tr_s(S,S)>S
        delete(S)>S squeeze>S squeeze(S)>S count(S)>J ljust(J)>S ljust(J,S)>S rjust(J,S)>S center(J,S)>S
        +(S)>S *(J)>S %(A)>S %(X)>S %(H)>S ==(X)>T <=>(S)>J <=>(X)>J eql?(X)>T =~(R)>J match(R)>X
        match?(R)>T !~(R)>T partition(S)>A partition(R)>A rpartition(S)>A rpartition(R)>A succ>S
        casecmp(S)>J casecmp?(S)>T delete_prefix(S)>S delete_suffix(S)>S insert(J,S)>S prepend(S)>S
        concat(S)>S replace(S)>S each_char.to_a>A each_line.map(&:chomp)>A sum>I codepoints>A
        unpack('C*')>A frozen?>T dup>S <<(S)>S slice!(J)>S slice!(R)>S upcase!>S gsub!(R,S)>S
        sub!(S,S)>S strip!>S squeeze!>S tr!(S,S)>S delete!(S)>S capitalize!>S <(S)>T >(X)>T
        between?(S,S)>T each_char.with_index.map{|c,i|c*i}>A unpack1('H*')>S bytesize>J next>S clear>S
        to_json>S freeze>S nil?>T lines.map(&:strip)>A =~(S)>J +(X)>S then{|x|x.size}>J ===(X)>T
        is_a?(String)>T class>X chr>S encode('UTF-8')>S
    """,
    "I": """
        +(I)>I -(I)>I *(I)>I /(I)>I %(I)>I **(J)>I fdiv(I)>F div(I)>I divmod(I)>A modulo(I)>I
        remainder(I)>I +(F)>F -(F)>F *(F)>F /(F)>F %(F)>F **(F)>F div(F)>I divmod(F)>A <=>(X)>J ==(X)>T
        <(X)>T >=(I)>T eql?(X)>T &(I)>I |(I)>I ^(I)>I ~()>I <<(J)>I >>(J)>I [J]>I to_s>S to_s(J)>S
        to_f>F inspect>S abs>I succ>I pred>I chr>S zero?>T even?>T odd?>T positive?>T negative?>T
        round>I round(-1)>I round(J)>I floor(-1)>I ceil(-2)>I truncate(-1)>I digits>A bit_length>J
        gcd(I)>I lcm(I)>I clamp(I,I)>I between?(I,I)>T -@()>I nonzero?>I upto(J).to_a>A downto(J).to_a>A
        +(X)>I *(X)>I coerce(F)>A pow(J,I)>I integer?>T finite?>T to_i>I ===(X)>T
        round(-1,half:·:even)>I ord>I dup>I to_json>S nil?>T class>X step(J,2).to_a>A size>J
    """,
    "F": """
        +(F)>F -(F)>F *(F)>F /(F)>F %(F)>F **(J)>F +(I)>F /(I)>F %(I)>F divmod(F)>A <=>(X)>J ==(X)>T
        <(X)>T to_s>S inspect>S to_i>I to_f>F round>I round(J)>F round(2)>F round(1,half:·:even)>F
        round(1,half:·:down)>F floor>I ceil>I floor(1)>F ceil(2)>F truncate>I abs>F zero?>T nan?>T
        infinite?>J positive?>T clamp(F,F)>F +(X)>F div(I)>I modulo(F)>F fdiv(I)>F eql?(X)>T to_json>S
        finite?>T integer?>T -@()>F truncate(1)>F class>X
    """,
    "Y": """
        to_s>S to_sym>Y inspect>S size>J upcase>Y <=>(X)>J ==(X)>T [J]>S succ>Y start_with?(S)>T
        to_proc.call(X)>X =~(R)>J length>J empty?>T capitalize>Y name>S class>X
    """,
    "N": """
        to_s>S to_a>A to_h>H to_i>I to_f>F inspect>S nil?>T &(X)>T |(X)>T ==(X)>T foo>X +(I)>X [J]>X
        <=>(X)>J =~(R)>J
    """,
    "T": "&(X)>T |(X)>T ^(X)>T to_s>S inspect>S ==(X)>T !()>T class>X <=>(X)>J foo>X",
    "G": """
        to_a>A first>X first(J)>A last>X last(J)>A min>X max>X sum>X size>J count>J include?(X)>T
        cover?(X)>T ===(X)>T each_slice(2).to_a>A map{|x|x}>A step(2).to_a>A inspect>S to_s>S
        exclude_end?>T ==(X)>T reduce(:+)>X each_with_index.to_a>A reverse_each.to_a>A select{|x|x!=2}>A
        to_a.reverse>A begin>X end>X minmax>A each_cons(2).to_a>A zip(A)>A partition{|x|x==1}>A
        inject{|a,b|a+b}>X each_with_object([]){|x,m|m<<x}>A eql?(X)>T
    """,
    "A": """
        first>X last>X first(J)>A last(J)>A size>J [J]>X [J,J]>A [G]>A at(J)>X fetch(J)>X fetch(J,X)>X
        dig(J)>X dig(J,J)>X values_at(J,J)>A take(J)>A drop(J)>A reverse>A rotate(J)>A sort>A
        sort{|a,b|b<=>a}>A sort_by{|x|x.to_s}>A min>X max>X minmax>A min_by{|x|x.to_s}>X
        max_by{|x|x.to_s}>X sum>X sum{|x|x.to_s.size}>I inject(:+)>X reduce{|a,b|a}>X map{|x|x.to_s}>A
        map(&:to_s)>A flat_map{|x|[x,x]}>A select{|x|x}>A reject(&:nil?)>A compact>A uniq>A
        uniq{|x|x.to_s}>A flatten>A flatten(1)>A +(A)>A -(A)>A &(A)>A |(A)>A *(J)>A *(S)>S <=>(A)>J
        ==(X)>T eql?(X)>T join>S join(S)>S join(',')>S inspect>S to_s>S to_a>A to_h>H include?(X)>T
        index(X)>J index{|x|x==1}>J rindex(X)>J count>J count(X)>J count{|x|x}>J any?>T all?>T none?>T
        one?>T any?{|x|x.nil?}>T any?(X)>T each_slice(2).to_a>A each_cons(2).to_a>A
        each_with_index.map{|x,i|[i,x]}>A map.with_index(1){|x,i|i}>A zip(A)>A product(A)>A transpose>A
        combination(2).to_a>A permutation(2).to_a>A group_by{|x|x.class.to_s}>H partition{|x|x}>A
        tally>H each_with_object([]){|x,m|m.unshift(x)}>A find{|x|x}>X find_index(X)>J push(X)>A <<(X)>A
        pop>X shift>X unshift(X)>A insert(J,X)>A delete(X)>X delete_at(J)>X concat(A)>A clear>A
        fill(X)>A take_while{|x|x}>A drop_while{|x|x}>A chunk_while{|a,b|a==b}.to_a>A
        slice_when{|a,b|a!=b}.to_a>A filter_map{|x|x}>A cycle.first(J)>A each_entry.to_a>A assoc(X)>X
        bsearch{|x|x==1}>X sum(0.0)>F map{|a,b|b}>A each_index.to_a>A slice(J,J)>A slice!(J,J)>A
        map!{|x|x}>A select!{|x|x}>A reject!{|x|x}>A compact!>A uniq!>A flatten!>A sort!>A reverse!>A
        delete_if{|x|x}>A min(J)>A max(J)>A none?(X)>T to_json>S +(X)>A dig(X)>X freeze>A frozen?>T
        lazy.map{|x|x}.first(J)>A inject{|a,b|a.to_s+b.to_s}>X each_slice(J).to_a>A union(A)>A
        difference(A)>A intersection(A)>A is_a?(Array)>T grep(R)>A grep(G)>A grep_v(S)>A
        reverse_each.to_a>A minmax_by{|x|x.to_s}>A chunk{|x|x.nil?}.to_a>A nil?>T
    """,
    "H": """
        [X]>X [Y]>X fetch(Y)>X fetch(S)>X fetch(X,X)>X dig(Y)>X dig(Y,Y)>X key?(X)>T value?(X)>T
        key(X)>X keys>A values>A size>J empty?>T to_a>A to_h>H merge(H)>H merge(H){|k,a,b|[a,b]}>H
        inspect>S to_s>S select{|k,v|v}>H reject{|k,v|v}>H map{|k,v|v}>A map{|x|x}>A
        flat_map{|k,v|[k,v]}>A min_by{|k,v|k.to_s}>A sort_by{|k,v|k.to_s}>A sort>A
        sort_by{|k,v|v.to_s}.to_h>H invert>H transform_values{|v|v.to_s}>H transform_values(&:to_s)>H
        transform_keys(&:to_s)>H group_by{|k,v|v.class.to_s}>H partition{|k,v|v}>A
        each_with_index.map{|(k,v),i|[k,v,i]}>A each_with_object([]){|(k,v),m|m<<k}>A
        reduce(0){|m,(k,v)|m+k.to_s.size}>I sum{|k,v|v.to_s.size}>I count>J count{|k,v|v}>J any?>T
        any?{|k,v|v}>T all?{|k,v|v}>T find{|k,v|v}>A filter_map{|k,v|v}>A compact>H slice(X,Y)>H
        except(Y)>H values_at(X,Y)>A ==(X)>T <=(H)>T >(H)>T eql?(X)>T delete(X)>X store(X,X)>X
        delete_if{|k,v|v}>H keep_if{|k,v|v}>H first>A first(J)>A zip(A)>A each_slice(2).to_a>A flatten>A
        assoc(X)>X each_pair.to_a>A max_by{|k,v|v.to_s}>A to_a.transpose>A update(H)>H shift>A clear>H
        to_h{|k,v|[v,k]}>H find_all{|k,v|v}>A inject{|a,b|a}>X uniq>A fetch_values(Y)>A compact!>H
        reject!{|k,v|v}>H select!{|k,v|v}>H transform_values!{|v|v}>H freeze>H tally>H
        min_by{|k,v|v.to_s}>A each_entry.to_a>A to_json>S default>X has_value?(X)>T none?{|k,v|v}>T
        dig(X,X)>X nil?>T
    """,
    "R": """
        source>S inspect>S to_s>S ==(X)>T =~(S)>J match(S)>X match?(S)>T ===(X)>T options>I names>A
        =~(X)>J
    """,
}
"""Methods by the kind of their receiver, and the kind of what they give; capital letters are arguments."""

FUNCTIONS = """
        Integer(S) Integer(X) Float(S) Float(X) String(X) Array(X) format(S,X) format('%05d',I)
        format('%.2f',F) format('%-8s|%8s',S,S) format('%x·%o·%b',I,I,I) format('%e',F) format('%g',F)
        format('%+d',I) format('%s',X) format('%p',X) format('%08.3f',F) format('%c',I)
        format('%<a>s',H) format('%{a}',H) "#{X}" "a#{X}b#{X}" [X,X] {(X)=>X} ((X).itself·?·(X)·:·(X))
        ((X).itself·||·X) ((X).itself·&&·X) File.join(S,S) File.basename(S) File.dirname(S)
        File.extname(S) Math.sqrt(I) Integer.sqrt(J) Regexp.escape(S) Hash[A] Array.new(J,X) [*A,X]
        Regexp.union(S,R) Regexp.new(Regexp.escape(S))
        (Gem::Version.new('2.8.10')<=>Gem::Version.new(S)) format('%s',A) format('%d',X) format('%f',X)
        ((X)==(X)) (X).! ((X)<=>(X)) case(X)when(X)then(1)else(2)end [X,X].max [X,X].sort [X,X,X].sort
        [X,X].uniq [X,X].join('-') {(X)=>1}[X]
"""


ATOMS = r"""
    a b c \. \d \w \s \D \W \S \h . [abc] [^a] [a-c1-3] [\d.] [[:alpha:]] [[:space:][:digit:]] [^\s=]
    [a-z&&[^b]] \n = , - 1 2 k (?:ab|c) (a|b) (\d+) (a+) (?i:A) (?=a) (?!b) (?<=a) (?<!b) \b \B ^ $ \A \z \Z
    (?>a+) (a)? (?:a|b)* ([^=]*)= [\]\-] \/ \x41 \t (b(c)?) | \R \p{Alpha} [\w-]+ @
"""
LETTERS = ("a", "a", "b", "b", "c", "1", "2", "k", "A", ".", "=", ",", "-", " ", "\\n")
QUANTIFIERS = ("", "", "", "", "", "", "*", "+", "?", "{2}", "{1,2}", "{,2}", "{2,}", "*?", "+?", "??", "++")
SEARCHES = """
    T.match(X).to_a T.scan(X) T.gsub(X,'<\\\\0>') T.sub(X){|m|m.upcase+$~.pre_match} T.split(X) T.split(X,-1)
    (T=~X) T.index(X,2) T.rindex(X) T.partition(X) T.rpartition(X) T[X] (T=~X;[$1,$~&&$~.offset(0)])
    T.gsub(X){$&.size.to_s} X.match?(T) T.slice(X) T.start_with?(X) T.gsub(X,'a'=>'1') X.source (X===T)
"""
"""What a pattern is made of, and what is done with it (X) and a text (T)."""


class Expressions:
    """Makes expressions from a seed, each a line of Ruby."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.literals = {kind: text.split() for kind, text in LITERALS.items()}
        self.functions = FUNCTIONS.split()
        self.methods = {kind: text.split() for kind, text in METHODS.items()}

    def expression(self, depth: int = 3) -> str:
        """One expression."""
        return self._of("X", depth)

    def _of(self, kind: str, depth: int) -> str:
        if kind == "X":
            if depth > 0 and self.random.random() < 0.2:
                return self._filled(self.random.choice(self.functions), depth - 1)
            kind = self.random.choice("SSSSIIFFYNTGAAAHHRJ")
        if depth <= 0 or self.random.random() < 0.35:
            return self._literal(kind)
        return self._call(kind, depth)

    def _literal(self, kind: str) -> str:
        return self.random.choice(self.literals[kind]).replace(GAP, " ")

    def _call(self, kind: str, depth: int) -> str:
        """An expression that (mostly) gives this kind."""
        for _ in range(12):
            receiver = self.random.choice("SSSIFYNTGAAHHR")
            name, _, gives = self.random.choice(self.methods[receiver]).rpartition(">")
            if gives in (kind, "X") or (kind in "IJ" and gives in "IJ") or self.random.random() < 0.08:
                return self._applied(self._of(receiver, depth - 1), self._filled(name, depth - 1))
        return self._literal(kind)

    def _applied(self, receiver: str, method: str) -> str:
        if method[0] == "[":
            return f"({receiver}){method}"
        if method[0].isalpha():
            return f"({receiver}).{method}"
        return f"({receiver}).{method.replace('()', '')}"

    def _filled(self, template: str, depth: int) -> str:
        """The template with its capital letters replaced where they stand alone."""
        made = ""
        for at, char in enumerate(template):
            around = template[at - 1 : at] + template[at + 1 : at + 2]
            if char in "SIJFYNTGAHRX" and not any(each.isalnum() or each in "_:?'%" for each in around):
                made += self._of(char, depth)
            else:
                made += char
        return made.replace(GAP, " ")

    def search(self) -> str:
        """A regular expression put to work on a short text."""
        pick = self.random.choice
        atoms = ATOMS.split()
        pattern = "".join(pick(atoms) + pick(QUANTIFIERS) for _ in range(self.random.randint(1, 5)))
        text = "".join(pick(LETTERS) for _ in range(self.random.randint(0, 8)))
        searched = pick(SEARCHES.split()).replace("T", f'"{text}"')
        return searched.replace("X", f"/{pattern}/{pick(['', '', '', 'i', 'm', 'x'])}")
