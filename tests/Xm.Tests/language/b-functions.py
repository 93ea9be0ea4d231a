# Level B: functions that check a variable, formats, sums.
def check_vmid(var, val):
    val = int(val)
    if val <= 0:
        raise ValueError
    return val

vmid = check_vmid('vmid', '2')
name = "VM%d" % vmid
disk = [ 'phy:sda%d,sda1,w' % (7+vmid),
         'phy:sda6,sda6,r' ]
root = "/dev/sda%d ro" % (vmid)
extra = "4 VMID=%d" % vmid
ip = "192.168.%d.%d" % (vmid, vmid+1)
vif = ['ip=%s,bridge=%s' % (ip, 'xenbr0')]
mem = vmid + 3 + 7
def failing():
    return check_vmid('vmid', 0)
try:
    failing()
except ValueError, e:
    message = str(e)
def outer(a, b=2, *rest, **named):
    c = a + b
    def inner(x):
        return x * c
    return inner(3), rest, sorted(named.items())
t1 = outer(1)
t2 = outer(1, 3, 4, 5, k='v', j=1)
t3 = outer(b=5, a=1)
t4 = outer(*[1, 2, 3], **{'z': 1})
fact = lambda n: n <= 1 and 1 or n * fact(n - 1)
f10 = fact(10)
f25 = fact(25)
counter = 0
def bump(by=1):
    global counter
    counter += by
    return counter
bump(); bump(4)
def fib(n):
    if n < 2: return n
    return fib(n-1) + fib(n-2)
fib12 = fib(12)
def nothing(): pass
none = nothing()
def spread(n):
    for i in range(n):
        yield i * i
squares = list(spread(5))
total = sum(spread(4))
