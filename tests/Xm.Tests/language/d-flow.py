# Level D: loops and exceptions.
out = []
for i in range(5):
    if i == 1: continue
    if i == 4: break
    out.append(i)
else:
    out.append('no')
for i in []: pass
else: out.append('else')
n = 3
while n:
    n -= 1
    if n == 1: continue
    out.append('w%d' % n)
else:
    out.append('welse')
while True:
    break
for k, v in sorted({'a': 1, 'b': 2}.items()): out.append(k + str(v))
for (a, b), c in [((1, 2), 3)]: out.append(a + b + c)
log = []
try:
    1 / 0
except ZeroDivisionError, e:
    log.append(str(e))
try:
    {}['k']
except KeyError, e:
    log.append(str(e)); log.append(e.args)
try:
    int('x')
except (TypeError, ValueError), e:
    log.append(str(e))
try:
    nosuch
except NameError, e:
    log.append(str(e))
try:
    [][1]
except LookupError, e:
    log.append(str(e)); log.append(repr(e))
try:
    raise ValueError('a', 1)
except ValueError, e:
    log.append(str(e))
try:
    raise ValueError, 'msg'
except Exception, e:
    log.append(e.message)
try:
    try:
        raise KeyError('inner')
    finally:
        log.append('fin')
except KeyError:
    log.append('outer')
try:
    pass
except:
    log.append('never')
else:
    log.append('else')
finally:
    log.append('finally')
def f():
    try:
        return 'try'
    finally:
        log.append('f-fin')
r = f()
def g():
    for i in range(3):
        try:
            if i == 1: continue
            if i == 2: return i
        finally:
            log.append(i)
r2 = g()
def h():
    try:
        raise ValueError('x')
    except ValueError:
        raise
try:
    h()
except ValueError, e:
    log.append('re' + str(e))
try:
    assert 1 == 2, 'why'
except AssertionError, e:
    log.append(str(e))
del out[0]
x = 1; y = 2;
if x: z = 'one line'
if x == 1 and \
   y == 2:
    joined = (1 +
              2)
