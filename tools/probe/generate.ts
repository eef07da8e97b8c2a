/**
 * Random programs in the manner of device code: integers, one typed array, a record, an array, strings, closures, switch, loops,
 * try. They leave out what the rules for device code leave out, so that what the minifier makes of them must run everywhere:
 * assignments inside `x op= …`, values of element assignments, `in`, functions called where they stand, do…while inside a switch.
 */

/** What a statement may use. */
interface Place {
  variables: string[];
  /** Names that the function must declare at its top. */
  declared: string[];
  /** How many of the functions f0, f1, … may be called. */
  callable: number;
  calls: number;
  /** No calls and no assignments: the right side of `x op= …`. */
  pure: boolean;
  inSwitch: boolean;
}

/** The text of a program: an ES module that exports run(), which returns a log of everything that the program did. */
export function generateProgram(seed: number): string {
  let state = seed >>> 0 || 1;
  let names = 0;
  let catches = 0;
  const random = (n: number): number => {
    state ^= state << 13;
    state ^= (state >>> 0) >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state % n;
  };
  const pick = <T>(list: T[]): T => list[random(list.length)];
  const fresh = (place: Place, declare = true): string => {
    const name = 'l' + names++;
    if (declare) place.declared.push(name);
    return name;
  };
  const number = () => pick(['0', '1', '2', '3', '7', '255', '256', '(-1)', '65535', '0x40', '127', '128', '1000']);
  const variable = (place: Place) => pick(place.variables);
  const field = () => pick(['o.a', 'o.b', 'o.c', 'r._count', 'r._next']);
  const EFFECTS = [7, 11, 12, 14, 15, 18, 19];

  function pure(place: Place, depth: number): string {
    return expression({ ...place, pure: true }, depth);
  }

  function assigned(place: Place, depth: number, operators: string[]): string {
    const operator = pick(operators);
    return operator + (operator === '=' ? expression(place, depth - 1) : pure(place, depth - 1));
  }

  function expression(place: Place, depth: number): string {
    if (depth <= 0) return pick([number, () => variable(place), () => variable(place), field, () => `u[${random(8)}]`])();
    const e = () => expression(place, depth - 1);
    let kind = random(25);
    while (place.pure && EFFECTS.includes(kind)) kind = random(25);
    switch (kind) {
      case 0:
      case 1: {
        // Beyond 2^63 Espruino's |0 is another one; device code stays far below.
        const operator = pick(['+', '-', '*']);
        return operator === '*' ? `((${e()}&65535)*(${e()}|0)|0)` : `(${e()}${operator}${e()}|0)`;
      }
      case 2:
        return `(${e()}${pick(['&', '|', '^'])}${e()})`;
      case 3:
        return `(${e()}${pick(['<<', '>>', '>>>'])}${random(9)})`;
      case 4:
        return `(${e()}${pick(['<', '>', '<=', '>=', '==', '!=', '===', '!=='])}${e()}?${e()}:${e()})`;
      case 5:
        return `(${e()}&&${e()})`;
      case 6:
        return `(${e()}||${e()})`;
      case 7:
        return `(${variable(place)}${assigned(place, depth, ['=', '+=', '-=', '^=', '|=', '&='])})`;
      case 8:
        return `(!${e()}?${number()}:${e()})`;
      case 9:
        return `(-(${e()}))`;
      case 10:
        return `(~(${e()}))`;
      case 11:
        return `(${pick(['++', '--'])}${variable(place)})`;
      case 12:
        return `(${variable(place)}${pick(['++', '--'])})`;
      case 13:
        return `u[(${e()})&7]`;
      case 14: {
        const element = `u[${random(8)}]`;
        return `(${element}${assigned(place, depth, ['=', '+=', '|=', '^='])},${element})`;
      }
      case 15:
        return `(${field()}${assigned(place, depth, ['=', '+=', '-=', '&='])})`;
      case 16:
        return `a[(${e()})&3]`;
      case 17:
        return `(${e()},${e()})`;
      case 18:
      case 19:
        if (place.callable > 0 && place.calls-- > 0) return `f${random(place.callable)}(${e()},${e()})`;
        return variable(place);
      case 20:
        return `s.charCodeAt((${e()})&7)`;
      case 21:
        return `(typeof ${variable(place)}=="number"?${e()}:${number()})`;
      case 22:
        return `(${e()}>>>0)%${pick(['3', '7', '10', '256'])}`;
      case 23:
        return `o[k${random(2)}]`;
      default:
        return `(void 0===a[${random(6)}]?${e()}:${e()})`;
    }
  }

  function condition(place: Place): string {
    const e = (depth: number) => expression(place, depth);
    switch (random(7)) {
      case 0:
        return `${e(2)}&&${e(1)}`;
      case 1:
        return `!(${e(2)})`;
      case 2:
        return `${e(1)}||${e(1)}`;
      case 3:
        return e(1) + pick(['<', '>', '==', '!=', '===']) + e(1);
      default:
        return e(2);
    }
  }

  function statements(place: Place, depth: number, count: number): string {
    let text = '';
    while (count--) text += statement(place, depth) + '\n';
    return text;
  }

  /** A block with constants of its own, as people write them: the compiler turns them into var. */
  function block(place: Place, depth: number, count: number): string {
    if (random(3)) return `{${statements(place, depth, count)}}`;
    const name = fresh(place, false);
    const inner = { ...place, variables: [...place.variables, name] };
    return `{let ${name}=${expression(place, 2)};${statements(inner, depth, count)}}`;
  }

  function statement(place: Place, depth: number): string {
    if (depth <= 0) return expression(place, 2) + ';';
    const leave = () => (random(3) ? '' : `if(${condition(place)})${pick(['break', 'continue'])};`);
    const inLoop = { ...place, inSwitch: false };
    switch (random(20)) {
      default:
        return `${variable(place)}=${expression(place, 3)};`;
      case 3:
        return `if(${condition(place)})${block(place, depth - 1, 1 + random(3))}`;
      case 4:
        return `if(${condition(place)})${block(place, depth - 1, 1 + random(2))}else${block(place, depth - 1, 1 + random(2))}`;
      case 5:
        return `if(${condition(place)})${statement(place, depth - 1)}else if(${condition(place)})${statement(place, depth - 1)}else ${statement(place, depth - 1)}`;
      case 6: {
        const name = fresh(place);
        return `for(${name}=0;${name}<${1 + random(4)};${name}++){${leave()}${block(inLoop, depth - 1, 1 + random(3))}}`;
      }
      case 7: {
        const name = fresh(place);
        return `{${name}=${1 + random(4)};while(${name}-->0){${block(inLoop, depth - 1, 1 + random(2))}${leave()}${statements(place, depth - 1, random(2))}}}`;
      }
      case 8: {
        if (place.inSwitch) return `${variable(place)}=${expression(place, 3)};`;
        const name = fresh(place);
        return `{${name}=${1 + random(3)};do{${statements(place, depth - 1, 1 + random(2))}}while(--${name}>0);}`;
      }
      case 9:
      case 10: {
        const inner = { ...place, inSwitch: true };
        let text = `switch((${expression(place, 2)})&3){`;
        for (let i = 0, count = 1 + random(4); i < count; i++) {
          text += `case ${i}:${random(5) ? statements(inner, depth - 1, 1 + random(2)) : ''}${random(3) ? 'break;' : ''}\n`;
        }
        return `${text}${random(2) ? `default:${statements(inner, depth - 1, 1 + random(2))}` : ''}}`;
      }
      case 11: {
        const name = 'e' + ++catches;
        const fail = random(2) ? `if(${condition(place)})throw ${expression(place, 1)};` : '';
        return `try{${statements(place, depth - 1, 1 + random(2))}${fail}${statements(place, depth - 1, 1)}}catch(${name}){${variable(place)}=${name}|0;${statements(place, depth - 1, random(2))}}`;
      }
      case 12:
        return `a.push(${expression(place, 2)});`;
      case 13:
        return `s+=String.fromCharCode((${pure(place, 2)})&127);`;
      case 14:
        return `if(${condition(place)})return ${expression(place, 2)};`;
      case 15:
        return `u.set([${expression(place, 1)},${expression(place, 1)}],${random(6)});`;
      case 16:
        return `for(x0 in o){${variable(place)}+=o[x0]|0;${statements(inLoop, depth - 2, 1)}}`;
      case 17:
        return `{g=function(p){${variable(place)}^=p;return ${expression(place, 2)}};${variable(place)}=g(${expression(place, 1)})|0;}`;
      case 18:
        return `${variable(place)}=${variable(place)}=${expression(place, 2)};`;
    }
  }

  let text = 'let cnt=0;const o={a:1,b:2,c:3},r={_count:4,_next:5},a=[5,6,7],u=new Uint8Array(8),k0="a",k1="c";let s="hello wo";\n';
  for (let i = 0; i < 3; i++) {
    const place: Place = { variables: ['x', 'y', 'z', 'w'], declared: [], callable: i, calls: 2, pure: false, inSwitch: false };
    const body = statements(place, i === 2 ? 3 : 2, 3 + random(4));
    const declared = place.declared.map((name) => `,${name}=0`).join('');
    text += `function f${i}(x,y){if(++cnt>400)return 1;let z=1,w=2,x0,g${declared};\n${body}return (x^y^z^w)|0}\n`;
  }
  return (
    text +
    'export function run(){const res=[];for(let q=0;q<3;q++)res.push(f2(q,q*77+1)|0);' +
    'return res.join()+"|"+(o.a|0)+","+(o.b|0)+","+(o.c|0)+","+(r._count|0)+","+(r._next|0)+"|"+a.length+"|"+(a[a.length-1]|0)+"|"+' +
    '[u[0],u[1],u[2],u[3],u[4],u[5],u[6],u[7]].join()+"|"+s.length+"|"+cnt}\n'
  );
}
